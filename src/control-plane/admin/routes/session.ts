// /session: signing in to the dashboard, and out. For browsers only, so the API's document is silent about it.
import type { FastifyInstance } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Audit } from '../../operate/audit.js'
import { mapWith, word } from '../../traffic/schema-values.js'
import { isoTime, listOf, text, time } from '../api-values.js'
import type { Door } from '../auth.js'
import { type Caller, SCOPES } from '../caller.js'
import { ApiProblem, problemUri } from '../problems.js'
import { described } from '../route.js'
import { SESSION_MS, type Session, type Sessions, sessionCookie } from '../sessions.js'

const CREDENTIALS = Type.Object(
  {
    token: Type.String({
      title: 'a token',
      description: 'The node’s own token, or one that was made with it.',
      minLength: 1,
      maxLength: 8192,
    }),
  },
  { additionalProperties: false, title: 'a map with the key token' },
)

const SESSION = mapWith(
  {
    signedIn: Type.Boolean({ description: 'Whether there is one.' }),
    csrf: Type.Optional(text('What every change has to carry as X-CSRF-Token.', 'kV0W…')),
    expiresAt: Type.Optional(time('When it ends.')),
    name: Type.Optional(text('Whose it is: the name of the token.', 'alice')),
    scopes: Type.Optional(listOf(word(SCOPES, 'Something that it is good for.'), 'What it is good for.')),
  },
  'A session of the dashboard.',
)

const view = ({ csrf, expiresAt, caller: { name, scopes } }: Session): Static<typeof SESSION> => ({
  signedIn: true,
  csrf,
  expiresAt: isoTime(expiresAt),
  name,
  scopes,
})

interface SessionOptions {
  readonly door: Door
  readonly sessions: Sessions
  /** Whether the server has TLS. */
  readonly secure: boolean
  readonly audit: Audit
}

export function session(app: FastifyInstance, { door, sessions, secure, audit }: SessionOptions): void {
  app.post<{ Body: Static<typeof CREDENTIALS> }>(
    '/session',
    { schema: { ...SIGN_IN, hide: true } },
    async (request, reply) => {
      const entry = { what: 'POST /session', address: request.ip }
      let caller: Caller
      try {
        caller = await door.open(request, reply, request.body.token, Date.now())
      } catch (error) {
        if (error instanceof ApiProblem)
          await audit.record({ actor: 'nobody', ...entry, status: error.status, problem: problemUri(error.type) })
        throw error
      }
      await audit.record({ actor: caller.name, ...entry, status: 200 })
      const { secret, session } = sessions.begin(caller, Date.now())
      reply.headers({ 'Set-Cookie': sessionCookie(secret, SESSION_MS / 1000, secure), 'Cache-Control': 'no-store' })
      return view(session)
    },
  )

  app.get('/session', { schema: { ...SHOW, hide: true } }, async ({ headers }, reply) => {
    reply.header('Cache-Control', 'no-store')
    const found = sessions.find(headers.cookie, Date.now())
    return found === undefined ? { signedIn: false } : view(found)
  })

  app.delete('/session', { schema: { ...SIGN_OUT, hide: true } }, async ({ headers }, reply) => {
    sessions.end(headers.cookie)
    reply.headers({ 'Set-Cookie': sessionCookie('', 0, secure), 'Cache-Control': 'no-store' })
    return { status: 'signed out' }
  })
}

const SIGN_IN = described({
  operationId: 'signIn',
  summary: 'Sign in by a token',
  description: 'For browsers: the reply sets a cookie that stands for the token from then on. Programs send the token.',
  tag: 'operations',
  open: true,
  reply: SESSION,
  body: CREDENTIALS,
  problems: ['unauthorized', 'issuer-away', 'too-many-guesses', 'request-invalid'],
})

const SHOW = described({
  operationId: 'getSession',
  summary: 'The session of this browser, if there is one',
  tag: 'operations',
  open: true,
  reply: SESSION,
})

const SIGN_OUT = described({
  operationId: 'signOut',
  summary: 'Sign out',
  tag: 'operations',
  open: true,
  reply: mapWith({ status: text('That it is so.', 'signed out') }, 'Done.'),
})
