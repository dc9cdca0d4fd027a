// Why a request came to nothing, in one sentence: from problem documents (RFC 9457) and from errors of fetch.

import type { BrokenRule } from '../control-plane/admin/api.js'
import { ruleLine } from './consequence.js'
import { printable } from './table.js'

/** Undefined where the text is no problem document. */
export function problemSentence(text: string): string | undefined {
  const problem = parse(text)
  if (typeof problem?.title !== 'string') return undefined
  const errors = Array.isArray(problem.errors) ? problem.errors.map(faultSentence) : []
  // Errors tell more than the detail that introduces them.
  const said = errors.length > 0 ? errors.join('; ') : problem.detail
  const changes = Array.isArray(problem.changes) && problem.changes.length > 0 ? problem.changes.map(String) : []
  const told = changes.length === 0 ? said : `${said}; since then: ${changes.join('; ')}`
  const sentence = typeof told === 'string' && told !== '' ? `${problem.title}: ${told}` : problem.title
  if (!Array.isArray(problem.rules) || problem.rules.length === 0) return sentence
  // Where rules are all that is against it, they say it better.
  return refusedSentence(problem.type === '/problems/safety-refused' ? problem.title : sentence, problem.rules)
}

/** Each rule on a line of its own, and how to go on all the same. */
function refusedSentence(title: string, rules: readonly BrokenRule[]): string {
  const ids = rules
    .filter(({ overridableBy }) => overridableBy !== 'nobody')
    .map(({ rule }) => `--override-rule ${rule}`)
  const anyway = ids.length < rules.length ? [] : [`to do it all the same: ${ids.join(' ')} --reason TEXT`]
  return [`${title}:`, ...rules.map(rule => `  ${printable(ruleLine(rule))}`), ...anyway].join('\n')
}

interface Read {
  readonly type?: unknown
  readonly title?: unknown
  readonly detail?: unknown
  readonly errors?: unknown
  readonly changes?: unknown
  readonly rules?: unknown
}

function parse(text: string): Read | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function faultSentence(
  fault: { path?: unknown; message?: unknown; suggestion?: unknown; at?: { line?: unknown } } | null,
) {
  const line = fault?.at?.line === undefined ? '' : `line ${fault.at.line}, `
  const hint = fault?.suggestion === undefined ? '' : ` (did you mean "${fault.suggestion}"?)`
  return `${line}${fault?.path ? `${fault.path}: ` : ''}${fault?.message}${hint}`
}

/** `server` is what was talked to. */
export function causeOf(error: unknown, server: string): string {
  const { name, cause } = error instanceof Error ? error : { name: '', cause: undefined }
  if (name === 'TimeoutError') return `no answer from ${server}`
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (UNREACHABLE.has(code))
    return `cannot reach ${server}: is the server running there? --server URL or MERIDIAN_SERVER name another place`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `cannot reach ${server}: no such host`
  if (/CERT|SIGNATURE|SELF_SIGNED/.test(code))
    return `the certificate of ${server} is not trusted here (${code}); NODE_EXTRA_CA_CERTS names a file of more authorities`
  if (/SSL|TLS|EPROTO/.test(code)) return `${server} does not speak TLS as expected: is it http instead of https?`
  const reason = cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error)
  return `cannot talk to ${server}: ${reason}`
}

const UNREACHABLE: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ECONNRESET',
  'UND_ERR_CONNECT_TIMEOUT',
])
