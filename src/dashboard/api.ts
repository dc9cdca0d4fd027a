// The API from the page's side: same paths, same types, same problems.
import { batch, signal } from '@preact/signals'
import type { ProblemDocument } from '../control-plane/admin/api.js'
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

/** Undefined until it is known whether there is one; null: nobody is signed in. */
export const session = signal<Session | null | undefined>(undefined)

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

/** @throws ApiError; TypeError where the server cannot be reached */
export const call = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  body === undefined
    ? request<T>(method, path, {})
    : request<T>(method, path, { 'content-type': 'application/json' }, JSON.stringify(body))

export const get = <T>(path: string): Promise<T> => call<T>('GET', path)

interface Edit {
  readonly text: string
  /** The revision that the text was made from: with another in force nothing is changed. */
  readonly revision: string
  readonly reason?: string
}

/** Puts a whole document in the place of the one at the path. @throws as `call` */
export const putText = <T>(path: string, { text, revision, reason }: Edit): Promise<T> =>
  request<T>(
    'PUT',
    path,
    {
      'content-type': 'application/yaml',
      'if-match': `"${revision}"`,
      ...(reason === undefined ? {} : { 'x-reason': inHeader(reason) }),
    },
    text,
  )

/** @param force whatever it changes. @throws as `call` */
export const putTable = <T>(
  path: string,
  text: string,
  { dryRun = false, force = false, reason, overridden = [] }: TableEdit,
): Promise<T> =>
  request<T>(
    'PUT',
    withQuery(path, { dryRun: String(dryRun), force: String(force) }),
    {
      'content-type': 'text/csv',
      ...(reason === undefined ? {} : { 'x-reason': inHeader(reason) }),
      ...(overridden.length === 0 ? {} : { 'x-override-rules': overridden.join(',') }),
    },
    text,
  )

interface TableEdit {
  readonly dryRun?: boolean
  readonly force?: boolean
  readonly reason?: string
  readonly overridden?: readonly string[]
}

export interface Conditions {
  /** With another one in force nothing is changed. */
  readonly revision?: string
  readonly reason?: string
  /** Safety rules that it is done against. */
  readonly overridden?: readonly string[]
}

/** Changes a thing of the document; without a body, takes it away. @throws as `call` */
export const change = <T>(
  method: 'PUT' | 'DELETE',
  path: string,
  body: unknown,
  { revision, reason, overridden = [] }: Conditions,
): Promise<T> =>
  request<T>(
    method,
    path,
    {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(revision === undefined ? {} : { 'if-match': `"${revision}"` }),
      ...(reason === undefined ? {} : { 'x-reason': inHeader(reason) }),
      ...(overridden.length === 0 ? {} : { 'x-override-rules': overridden.join(',') }),
    },
    body === undefined ? undefined : JSON.stringify(body),
  )

/** What is at a path, and the revision of the document that it is of. @throws as `call` */
export async function getTagged<T>(path: string): Promise<{ readonly revision: string; readonly value: T }> {
  const response = await reach('GET', path, { accept: 'application/json' })
  const revision = (response.headers.get('etag') ?? '').replace(/^(W\/)?"(.*)"$/, '$2')
  return { revision, value: (await response.json()) as T } // as in `request`
}

/** Beyond ASCII, too. */
const inHeader = (text: string): string => `utf-8''${encodeURIComponent(text)}`

/** @throws as `call` */
export async function getText(path: string): Promise<string> {
  const response = await reach('GET', path, { accept: '*/*' })
  return response.text()
}

async function request<T>(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<T> {
  const response = await reach(method, path, { accept: 'application/json', ...headers }, body)
  return (await response.json()) as T // from the server that served this page, and so of its types
}

async function reach(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
): Promise<Response> {
  const csrf = session.peek()?.csrf
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: { ...headers, ...(csrf === undefined || method === 'GET' ? {} : { 'x-csrf-token': csrf }) },
    ...(body === undefined ? {} : { body }),
  })
  if (response.ok) return response
  if (response.status === 401 && path !== '/session' && session.peek() != null) expired.value = true
  throw new ApiError(response.status, await response.json().catch(() => undefined))
}

/** `/v1/explain` and `{ name: 'a b' }` to `/v1/explain?name=a%20b`; what is empty is left out. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '')
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`
}

export async function resume(): Promise<void> {
  session.value = sessionIn(await get<SessionReply>('/session').catch(() => ({ signedIn: false })))
}

/** @throws ApiError where the token is not the right one */
export async function signIn(token: string): Promise<void> {
  const reply = await call<SessionReply>('POST', '/session', { token })
  batch(() => {
    session.value = sessionIn(reply)
    expired.value = false
  })
}

const sessionIn = ({ csrf, name = '', scopes = [] }: SessionReply): Session | null =>
  csrf === undefined ? null : { csrf, name, scopes }

export async function signOut(): Promise<void> {
  await call('DELETE', '/session')
  leave()
}

/** Without a word to the server, which knows of no session any more. */
export function leave(): void {
  batch(() => {
    session.value = null
    expired.value = false
  })
}
