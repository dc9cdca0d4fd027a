// The API from the page's side: same paths, same types, same problems.
import { batch, computed, signal } from '@preact/signals'
import type { ProblemDocument } from '../control-plane/admin/api.js'
import type { Asking, Method, PathOf, ReplyOf } from './operations.js'
import { remembered } from './remembered.js'

interface SessionReply {
  readonly signedIn: boolean
  readonly csrf?: string
  readonly name?: string
  readonly scopes?: readonly string[]
}

export interface Session {
  readonly csrf: string
  /** The name of the token. */
  readonly name: string
  readonly scopes: readonly string[]
}

/** Who was signed in here last: the name and the scopes, a line each; empty: nobody. What opens the server is in a cookie, out of reach. */
const lastSeen = remembered('signed-in')

/**
 * Undefined until it is known whether there is one; null: nobody is signed in. Whoever was here last is taken to be here still, so that
 * data are read while that is asked: the server gives them to nobody else.
 */
export const session = signal<Session | null | undefined>(sessionKept())

/** Whether somebody is, as far as is known. */
export const signedIn = computed(() => session.value !== null && session.value !== undefined)

/** The session is over, and nobody has signed out: what is being written stays until somebody signs in again. */
export const expired = signal(false)

/** What the server said no with. The message is a sentence for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly problem: ProblemDocument | undefined
  constructor(status: number, problem: ProblemDocument | undefined) {
    super(sentence(status, problem))
    this.status = status
    this.problem = problem
  }
}

function sentence(status: number, problem: ProblemDocument | undefined): string {
  if (problem === undefined) return `the server answered with status ${status}`
  const faults = (problem.errors ?? []).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  const rules = (problem.rules ?? []).map(({ rule, words }) => `${rule}: ${words}`)
  const said = rules.length > 0 ? `${problem.title}:` : (problem.detail ?? problem.title)
  return [said, ...rules, ...faults].join('\n')
}

/** What went wrong, for people. */
export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

type Scope = 'operate' | 'edit' | 'admin'

/** `on` where whoever looks wants to be sure to change nothing, whatever the token allows. */
export const lookOnly = remembered('look-only', 'off')

/** Whether the token of who is signed in has the scope. */
export const holds = (scope: Scope): boolean => {
  const { scopes = [] } = session.value ?? {}
  return scopes.includes(scope) || scopes.includes('admin')
}

/** Whether this may be done here and now; the server says so as well. */
export const may = (scope: Scope): boolean => lookOnly.value !== 'on' && holds(scope)

export interface Conditions {
  /** With another one in force nothing is changed. */
  readonly revision?: string
  readonly reason?: string
  /** Safety rules that it is done against. */
  readonly overridden?: readonly string[]
}

/** What a change is made under, as headers. */
export const headersOf = ({ revision, reason, overridden = [] }: Conditions) => ({
  ...(revision === undefined ? {} : { 'if-match': `"${revision}"` }),
  // Beyond ASCII, too.
  ...(reason === undefined ? {} : { 'x-reason': `utf-8''${encodeURIComponent(reason)}` }),
  ...(overridden.length === 0 ? {} : { 'x-override-rules': overridden.join(',') }),
})

/** @throws ApiError; TypeError where the server cannot be reached */
export async function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  ...[asked]: Asking<M, P>
): Promise<ReplyOf<M, P>> {
  const { header, type, body }: Loosely = asked ?? {}
  const response = await reach(method, addressOf(path, asked), header, type, body)
  return (await response.json()) as ReplyOf<M, P> // from the server that served this page, and so of its types
}

/** For an address that is made of a path and what is asked of it. @throws as `call` */
export const getAt = async (address: string): Promise<unknown> => (await reach('GET', address)).json()

export const get = <P extends PathOf<'GET'>>(path: P, ...asked: Asking<'GET', P>): Promise<ReplyOf<'GET', P>> =>
  call('GET', path, ...asked)

/** What is at a path, and the revision of the document that it is of. @throws as `call` */
export async function getTagged<P extends PathOf<'GET'>>(
  path: P,
  ...[asked]: Asking<'GET', P>
): Promise<{ readonly revision: string; readonly value: ReplyOf<'GET', P> }> {
  const response = await reach('GET', addressOf(path, asked))
  const revision = (response.headers.get('etag') ?? '').replace(/^(W\/)?"(.*)"$/, '$2')
  return { revision, value: (await response.json()) as ReplyOf<'GET', P> } // as in `call`
}

/** @throws as `call` */
export async function getText<P extends PathOf<'GET'>>(path: P, ...[asked]: Asking<'GET', P>): Promise<string> {
  const response = await reach('GET', addressOf(path, asked), { accept: '*/*' })
  return response.text()
}

/** What all that is asked looks like when the compiler has seen that it fits. */
interface Loosely {
  readonly path?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, string>>
  readonly type?: string
  readonly body?: unknown
}

/** `/v1/zones/{zone}/records`, `{ path: { zone: 'a b' }, query: { limit: '5', match: '' } }` to `/v1/zones/a%20b/records?limit=5`. */
export function addressOf(path: string, { path: names = {}, query = {} }: Loosely = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(names[key])))
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? filled : `${filled}?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}`
}

/** @param type of a body that is sent as it is; without, it is JSON. @throws as `call` */
async function reach(
  method: Method,
  address: string,
  header: Readonly<Record<string, string>> = {},
  type?: string,
  body?: unknown,
): Promise<Response> {
  const csrf = session.peek()?.csrf
  const response = await fetch(address, {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
      ...header,
      ...(csrf === undefined || method === 'GET' ? {} : { 'x-csrf-token': csrf }),
    },
    ...(body === undefined ? {} : { body: type === undefined ? JSON.stringify(body) : String(body) }),
  })
  if (response.ok) return response
  if (response.status === 401 && address !== '/session' && session.peek() != null) expired.value = true
  throw new ApiError(response.status, await response.json().catch(() => undefined))
}

/** The session is the page's own, and no part of the API. @throws as `call` */
async function ofSession(method: Method, body?: unknown): Promise<SessionReply> {
  const response = await reach(method, '/session', {}, undefined, body)
  return (await response.json()) as SessionReply // as in `call`
}

/** Finds out whether somebody is signed in. */
export async function resume(): Promise<void> {
  enter(sessionIn(await ofSession('GET').catch(() => ({ signedIn: false }))))
}

/** @throws ApiError where the token is not the right one */
export async function signIn(token: string): Promise<void> {
  enter(sessionIn(await ofSession('POST', { token })))
}

const sessionIn = ({ csrf, name = '', scopes = [] }: SessionReply): Session | null =>
  csrf === undefined ? null : { csrf, name, scopes }

export async function signOut(): Promise<void> {
  await ofSession('DELETE')
  leave()
}

/** Without a word to the server, which knows of no session any more. */
export const leave = (): void => enter(null)

function enter(found: Session | null): void {
  lastSeen.value = found === null ? '' : [found.name, ...found.scopes].join('\n')
  batch(() => {
    session.value = found
    expired.value = false
  })
}

/** Without the word that changes are made with: until that has come nothing can be changed. */
function sessionKept(): Session | undefined {
  const [name = '', ...scopes] = lastSeen.peek().split('\n')
  return name === '' ? undefined : { csrf: '', name, scopes }
}
