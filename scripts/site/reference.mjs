// Pages that the program tells of itself: each verb's help, each route by the OpenAPI document that it serves, each key by the schemas.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { servedApi } from './served-api.mjs'

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** @returns pairs of a page's name and its text */
export async function reference(root) {
  return [
    ['reference-verbs', verbs(root)],
    ['reference-routes', routes(await servedApi(root))],
    ['reference-keys', keys(root)],
  ]
}

function verbs(root) {
  const help = (...words) =>
    execFileSync(process.execPath, [join(root, 'dist', 'main.js'), ...words], { encoding: 'utf8' })
  const names = [...help('help').matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name)
  const own = names.filter(name => name !== 'help' && name !== 'version')
  const parts = own.map(name => `## meridian ${name}\n\n${fenced(help('help', name))}`)
  return ['# Every verb, as its help has it', fenced(help('help')), ...parts].join('\n\n')
}

function routes({ info, paths, components }) {
  const parts = Object.entries(paths).flatMap(([path, methods]) =>
    METHODS.filter(method => methods[method] !== undefined).map(method => route(method, path, methods[method])),
  )
  const shapes = Object.entries(components?.schemas ?? {}).map(
    ([name, schema]) => `### ${name}\n\n${fenced(JSON.stringify(schema, null, 2), 'json')}`,
  )
  return [
    '# Every route, as the server describes it',
    `Release ${info.version}. The same as JSON is at \`/openapi.json\` of each node.`,
    ...parts,
    ...(shapes.length === 0 ? [] : ['## Shapes', ...shapes]),
  ].join('\n\n')
}

function route(method, path, { summary, description, parameters = [], requestBody, responses }) {
  const rows = parameters.map(({ name, in: where, required = false, description: what = '', schema }) => [
    code(name),
    where,
    required ? 'yes' : '',
    escaped([what, typeOf(schema)].filter(Boolean).join('; ')),
  ])
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => `Body, ${code(type)}:\n\n${fenced(JSON.stringify(schema, null, 2), 'json')}`,
  )
  const replies = Object.entries(responses).map(([status, reply]) => [status, escaped(reply.description ?? '')])
  return [
    `## ${method.toUpperCase()} ${code(path)}`,
    ...[summary, description].filter(Boolean).map(escaped),
    ...(rows.length === 0 ? [] : [table(['parameter', 'in', 'needed', 'what'], rows)]),
    ...bodies,
    table(['status', 'what'], replies),
  ].join('\n\n')
}

function keys(root) {
  const part = (title, file) => {
    const rows = rowsOf(JSON.parse(readFileSync(join(root, 'config', file), 'utf8')), [])
    return `## ${title}\n\n${table(['key', 'what'], rows)}`
  }
  return [
    '# Every key, as the schemas have it',
    part('The traffic document', 'traffic.schema.json'),
    part('Settings of a node', 'server.schema.json'),
  ].join('\n\n')
}

/** A row for each key below a schema; keys of lists and of choices are those of their parts, each once. */
function rowsOf(schema, path, seen = new Set()) {
  const sides = [schema.then, schema.else].filter(Boolean).flatMap(side => rowsOf(side, path, seen))
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const at = [...path, name]
    const below = () => rowsOf(value, at, seen)
    const key = at.join('.')
    if (seen.has(key)) return below()
    seen.add(key)
    const fallback = value.default === undefined ? undefined : `unless told ${JSON.stringify(value.default)}`
    const what = [value.description?.replace(/\.$/, '') ?? typeOf(value), fallback]
    return [[code(key), escaped(what.filter(Boolean).join('; '))], ...below()]
  })
  const named =
    typeof schema.additionalProperties === 'object' ? rowsOf(schema.additionalProperties, [...path, '*'], seen) : []
  const listed = schema.items === undefined || Array.isArray(schema.items) ? [] : rowsOf(schema.items, path, seen)
  return [...sides, ...own, ...named, ...listed]
}

const typeOf = schema =>
  schema?.title ??
  schema?.enum?.map(value => JSON.stringify(value)).join(', ') ??
  (Array.isArray(schema?.type) ? schema.type.join(' or ') : schema?.type)

const table = (head, rows) => [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')

const code = text => `<code v-pre>${escaped(text)}</code>`
const escaped = text =>
  String(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('{', '&#123;')
    .replaceAll('|', '&#124;')
    .replaceAll('\n', ' ')
const fenced = (text, language = 'text') => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``
