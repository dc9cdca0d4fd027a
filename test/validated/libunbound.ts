// libunbound, called directly: a validating resolver in a few milliseconds, with anchors, a clock and an address of its own, that says
// of each question whether what it came to is secure or bogus, and why.
import koffi from 'koffi'

export interface ResolverSetup {
  /** Where the server is, at 127.0.0.1. */
  readonly port: number
  /** Of this machine: whose client it is. */
  readonly source: string
  /** DS records that it trusts, in one line each. */
  readonly anchors: readonly string[]
  /** Its clock, seconds since 1970, which stands still. */
  readonly now: number
  /** By how much signatures may be off it, seconds, for who is asked later on; a day at most unless told. */
  readonly skew?: number
  /** Whether it takes whole replies as they are, or goes from zone to zone and from alias to alias itself. */
  readonly forwards: boolean
  /** Whether it asks for no more of a name than it needs (RFC 9156); not unless told. */
  readonly minimises?: boolean
  /** All that the server has. */
  readonly zones: readonly string[]
}

export interface Verdict {
  readonly rcode: number
  readonly isSecure: boolean
  /** What is wrong; undefined where nothing is. */
  readonly bogus: string | undefined
}

export interface Resolver {
  ask(name: string, type: number): Promise<Verdict>
  close(): void
}

/** unbound.h, as far as it is read. */
const RESULT = koffi.struct({
  qname: 'void *',
  qtype: 'int',
  qclass: 'int',
  data: 'void *',
  len: 'void *',
  canonname: 'void *',
  rcode: 'int',
  answer_packet: 'void *',
  answer_len: 'int',
  havedata: 'int',
  nxdomain: 'int',
  secure: 'int',
  bogus: 'int',
  why_bogus: 'str',
})

// It resolves on a thread of the pool, and needs more of a stack there than koffi gives unless told.
koffi.config({ ...koffi.config(), async_stack_size: 4 * 2 ** 20 })
const library = koffi.load('libunbound.so.8')
const create = library.func('void *ub_ctx_create()')
const remove = library.func('void ub_ctx_delete(void *)')
const setOption = library.func('int ub_ctx_set_option(void *, const char *, const char *)')
const setForward = library.func('int ub_ctx_set_fwd(void *, const char *)')
const setStub = library.func('int ub_ctx_set_stub(void *, const char *, const char *, int)')
const addAnchor = library.func('int ub_ctx_add_ta(void *, const char *)')
const resolve = library.func('int ub_resolve(void *, const char *, int, int, _Out_ void **)')
const free = library.func('void ub_resolve_free(void *)')
const say = library.func('const char *ub_strerror(int)')

const check = (error: number): void => {
  if (error !== 0) throw new Error(`libunbound: ${say(error)}`)
}

/** It waits ten seconds for a reply before it asks again: a machine that is busy is no reason to find fault. */
const PATIENCE_MS = '10000'

export function openResolver({
  port,
  source,
  anchors,
  now,
  skew,
  forwards,
  minimises = false,
  zones,
}: ResolverSetup): Resolver {
  const context: unknown = create()
  const options = {
    'do-not-query-localhost:': 'no',
    'do-ip6:': 'no',
    'outgoing-interface:': source,
    'val-override-date:': String(now),
    ...(skew === undefined ? {} : { 'val-sig-skew-min:': String(skew), 'val-sig-skew-max:': String(skew) }),
    'harden-algo-downgrade:': 'yes',
    'harden-below-nxdomain:': 'no',
    'qname-minimisation:': minimises ? 'yes' : 'no',
    'unknown-server-time-limit:': PATIENCE_MS,
    'infra-cache-min-rtt:': PATIENCE_MS,
    'num-queries-per-thread:': '64',
    'outgoing-range:': '64',
    'msg-cache-size:': '1m',
    'rrset-cache-size:': '1m',
  }
  for (const [name, value] of Object.entries(options)) check(setOption(context, name, value))
  const server = `127.0.0.1@${port}`
  check(setForward(context, server))
  for (const zone of forwards ? [] : zones) check(setStub(context, zone, server, 0))
  for (const anchor of anchors) check(addAnchor(context, anchor))
  return {
    ask: (name, type) =>
      new Promise((done, fail) => {
        const out: unknown[] = [null]
        resolve.async(context, name, type, 1, out, (error: Error | null, code: number) => {
          if (error !== null || code !== 0) return fail(error ?? new Error(`libunbound: ${say(code)}`))
          const { rcode, secure, bogus, why_bogus: why } = koffi.decode(out[0], RESULT)
          free(out[0])
          done({ rcode, isSecure: secure !== 0, bogus: bogus === 0 ? undefined : (why ?? 'it does not say why') })
        })
      }),
    close: () => remove(context),
  }
}
