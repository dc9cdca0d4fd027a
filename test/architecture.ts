// Reads the modules of src for the architecture tests: what each imports, and how, by the compiler's own parser.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { normalize } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

export interface Import {
  /** A module of ours without its ending (`src/dns/name`), a package (`yaml`, `@fastify/swagger`), or `?` where it is computed. */
  readonly to: string
  /** `type` leaves no trace at run time; `thread` is a module that is started elsewhere, through `new URL`. */
  readonly kind: 'value' | 'type' | 'thread'
}

export interface Module {
  /** Without its ending: `src/dns/name`. */
  readonly id: string
  readonly text: string
  readonly imports: readonly Import[]
  readonly exportsDefault: boolean
}

/** Every module of a folder of the project, and of the folders in it. */
export function readModules(folder: string): readonly Module[] {
  return filesUnder(join(ROOT, folder))
    .filter(file => /\.tsx?$/.test(file))
    .map(file => readModule(relative(ROOT, file).replaceAll('\\', '/'), readFileSync(file, 'utf8')))
}

/** Absolute paths of the files in a folder and its folders, in order. */
export function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort()
}

export function readModule(path: string, text: string): Module {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const imports: Import[] = []
  let exportsDefault = false
  const visit = (node: ts.Node): void => {
    const found = importOf(node)
    if (found !== undefined) imports.push({ to: target(path, found.specifier), kind: found.kind })
    exportsDefault ||= isDefaultExport(node)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return { id: path.replace(/\.tsx?$/, ''), text, imports, exportsDefault }
}

interface Found {
  readonly specifier: ts.Node | undefined
  readonly kind: Import['kind']
}

function importOf(node: ts.Node): Found | undefined {
  // `import { type A } from` counts as a value: with verbatimModuleSyntax it stays behind as `import {} from`.
  if (ts.isImportDeclaration(node))
    return { specifier: node.moduleSpecifier, kind: kind(isTypeOnly(node.importClause)) }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
    return { specifier: node.moduleSpecifier, kind: kind(node.isTypeOnly) }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference))
    return { specifier: node.moduleReference.expression, kind: kind(node.isTypeOnly) }
  if (ts.isImportTypeNode(node)) return { specifier: node.argument, kind: 'type' }
  if (ts.isCallExpression(node) && isLoader(node.expression)) return { specifier: node.arguments[0], kind: 'value' }
  return ts.isNewExpression(node) && isModuleUrl(node) ? { specifier: node.arguments?.[0], kind: 'thread' } : undefined
}

const kind = (typeOnly: boolean): Import['kind'] => (typeOnly ? 'type' : 'value')

const isTypeOnly = (clause: ts.ImportClause | undefined): boolean => clause?.phaseModifier === ts.SyntaxKind.TypeKeyword

const isLoader = (callee: ts.Expression): boolean =>
  callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')

function isModuleUrl({ expression, arguments: args }: ts.NewExpression): boolean {
  const [path, base] = args ?? []
  if (expression.getText() !== 'URL' || base?.getText() !== 'import.meta.url' || path === undefined) return false
  return ts.isStringLiteralLike(path) && path.text.endsWith('.js')
}

function target(importer: string, specifier: ts.Node | undefined): string {
  const literal = specifier !== undefined && ts.isLiteralTypeNode(specifier) ? specifier.literal : specifier
  if (literal === undefined || !ts.isStringLiteralLike(literal)) return '?'
  const { text } = literal
  if (text.startsWith('.')) return normalize(join(dirname(importer), text)).replace(/\.js$/, '')
  if (text.startsWith('node:')) return text
  return text.split('/', text.startsWith('@') ? 2 : 1).join('/')
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportSpecifier(node) || ts.isNamespaceExport(node)) return node.name.text === 'default'
  return (
    ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some(m => m.kind === ts.SyntaxKind.DefaultKeyword) ?? false)
  )
}
