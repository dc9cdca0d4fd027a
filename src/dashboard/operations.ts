// What can be asked of the server, as its own OpenAPI document has it: a generator makes `paths` of that whenever types are checked
// (`npm run types`), so a path, a parameter, a body or a reply that the server does not know does not compile.
import type { paths } from '../../.types/api-paths.js'
import type {
  AppliedView,
  Catchment,
  Explanation,
  PolicyView,
  Simulation,
  TableChangeView,
} from '../control-plane/admin/api.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The paths that have the method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { readonly [K in Lowercase<M>]: object } ? P : never
}[keyof paths]

type Operation<M extends Method, P extends keyof paths> = paths[P][Lowercase<M> & keyof paths[P]]

/** Of these the document says that they are objects or lists, and no more: the types are those that the server makes them by. */
interface Opaque {
  readonly 'GET /v1/policies': { readonly policies: readonly PolicyView[] }
  readonly 'GET /v1/explain': Explanation
  readonly 'GET /v1/catchment': Catchment
  readonly 'POST /v1/simulate': Simulation
  readonly 'PUT /v1/latency/{table}': TableChangeView
}

/** The JSON that it says yes with. */
export type ReplyOf<M extends Method, P extends keyof paths> = `${M} ${P}` extends keyof Opaque
  ? Opaque[`${M} ${P}`]
  : Operation<M, P> extends {
        readonly responses: { readonly 200: { readonly content: { readonly 'application/json': infer Reply } } }
      }
    ? Simulated<Reply>
    : never

type Simulated<Reply> = Reply extends { readonly simulation?: object }
  ? Omit<Reply, 'simulation'> & Pick<AppliedView, 'simulation'>
  : Reply

/** What an operation takes. A parameter of the query that is undefined or empty is left out. */
export type Asked<M extends Method, P extends keyof paths> = ParametersOf<Operation<M, P>> & BodyOf<Operation<M, P>>

type ParametersOf<O> = O extends { readonly parameters: infer All }
  ? Omit<All, 'query' | 'cookie'> & QueryOf<All>
  : object

type QueryOf<All> = All extends { readonly query: infer Query }
  ? { readonly query: Loose<Query> }
  : All extends { readonly query?: infer Query }
    ? { readonly query?: Loose<NonNullable<Query>> }
    : object

type Loose<Query> = { readonly [K in keyof Query]: Query[K] | undefined }

type BodyOf<O> = O extends { readonly requestBody: { readonly content: infer Contents } }
  ? Written<Contents>
  : O extends { readonly requestBody?: infer Body }
    ? [NonNullable<Body>] extends [never]
      ? object
      : NonNullable<Body> extends { readonly content: infer Contents }
        ? Partial<Written<Contents>>
        : never
    : object

/** JSON unless something else is said. */
type Written<Contents> = Contents extends { readonly 'application/json': infer Body }
  ? { readonly body: Body }
  : { readonly [T in keyof Contents]: { readonly type: T; readonly body: Contents[T] } }[keyof Contents]

/** May be left out where nothing in it is needed. */
export type Asking<M extends Method, P extends keyof paths> =
  object extends Asked<M, P> ? [asked?: Asked<M, P>] : [asked: Asked<M, P>]
