// The documentation as one page without scripts, made on the server from the OpenAPI document. Pure.
import { docsSchema } from './docs-schema.js'
import { DOCS_STYLE } from './docs-style.js'
import { type Html, html, prose, Html as Raw } from './html.js'
import type { ApiDocument, Content, Operation, Parameter } from './openapi-document.js'
import { PROBLEMS } from './problems.js'

interface Endpoint {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

export function docsPage({ info, tags = [], paths }: ApiDocument): string {
  const endpoints: readonly Endpoint[] = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const of = (tag: string) => endpoints.filter(({ operation }) => operation.tags?.includes(tag))
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${info.title}</title><style>${new Raw(DOCS_STYLE)}</style></head><body>
<h1>${info.title}</h1><p class="soft">Release ${info.version} · <a href="/openapi.json">OpenAPI 3.1 document</a></p>
${paragraphs(info.description)}
${tags.map(({ name, description }) => html`<h2 id="${name}">${name}</h2>${paragraphs(description)}${of(name).map(endpoint)}`)}
<h2 id="problems">problems</h2>${problemTable()}</body></html>
`.text
}

function endpoint({ path, method, operation }: Endpoint): Html {
  const { operationId = path, summary, description, parameters = [], requestBody, responses, security = [] } = operation
  return html`<details id="${operationId}"><summary><span class="method">${method.toUpperCase()}</span> <code>${path}</code> — ${summary}</summary>
${paragraphs(description)}${security.length === 0 ? html`<p class="soft">Needs no token.</p>` : undefined}
${parameters.length === 0 ? undefined : html`<h3>Parameters</h3><table>${parameters.map(parameter)}</table>`}
${requestBody === undefined ? undefined : html`<h3>Body${requestBody.required === false ? ' (may be left out)' : ''}</h3>${contents(requestBody.content)}`}
<h3>Replies</h3>${Object.entries(responses).map(([status, { description, content = {} }]) =>
    status === '200' ? contents(content) : html`<p><strong>${status}</strong> ${description}</p>`,
  )}</details>
`
}

const parameter = ({ name, in: place, required = false, description, schema, example }: Parameter): Html => {
  const sample = example ?? schema?.examples?.[0]
  return html`<tr><td><code>${name}</code></td><td class="soft">${place}${required ? ', required' : ''}</td><td>${description ?? schema?.description}${
    sample === undefined ? undefined : html` <span class="soft">For example <code>${String(sample)}</code></span>`
  }</td></tr>`
}

/** The same schema under two media types is shown once. */
function contents(content: Content): Html {
  const types = Object.keys(content)
  const schema = types[0] === undefined ? undefined : content[types[0]]?.schema
  return html`<p class="soft">${types.join(', ')}</p>${schema === undefined ? undefined : docsSchema(schema)}`
}

const problemTable = (): Html =>
  html`<table>${Object.entries(PROBLEMS).map(
    ([type, { status, title }]) =>
      html`<tr id="problem-${type}"><td><code>/problems/${type}</code></td><td>${status}</td><td>${title}</td></tr>`,
  )}</table>`

const paragraphs = (text = ''): Html => html`${text.split('\n\n').map(part => html`<p>${prose(part)}</p>`)}`
