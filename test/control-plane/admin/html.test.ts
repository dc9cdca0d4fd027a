import { expect, test } from 'vitest'
import { docsPage } from '../../../src/control-plane/admin/docs-page.js'
import { html, prose } from '../../../src/control-plane/admin/html.js'

test.each([
  [html`<b>${'<i>'}</b>`, '<b>&lt;i&gt;</b>'],
  [html`<a href="${'"\'&'}">`, '<a href="&quot;&#39;&amp;">'],
  [html`${html`<i>`}${[html`<b>`, html`${'<'}`]}`, '<i><b>&lt;'],
  [html`${undefined}${0}`, '0'],
  [prose('a `<b>` c'), 'a <code>&lt;b&gt;</code> c'],
])('HTML of parts is %o', ({ text }, expected) => {
  expect(text).toBe(expected)
})

test('nothing in an OpenAPI document gets out of its place on the page', () => {
  const evil = '"><script>alert(1)</script>'
  const page = docsPage({
    info: { title: evil, version: evil, description: evil },
    tags: [{ name: evil, description: evil }],
    paths: {
      [evil]: {
        [evil]: {
          tags: [evil],
          summary: evil,
          parameters: [{ name: evil, in: evil, schema: { examples: [evil] } }],
          requestBody: {
            content: { [evil]: { schema: { properties: { [evil]: { description: evil, enum: [evil] } } } } },
          },
          responses: { [evil]: { description: evil } },
        },
      },
    },
  })
  expect(page).not.toContain('<script')
  expect(page).toContain('&lt;script&gt;')
})
