// How listeners for external-dns are written in the settings, as JSON Schema.
import { type Static, Type } from 'typebox'
import { OWNER_PATTERN } from './control-plane/traffic/schema-record.js'
import { described, mapWith } from './control-plane/traffic/schema-values.js'
import { ENDPOINT_TITLE } from './settings-schema-dns.js'

const LISTENER = mapWith(
  {
    listen: Type.String({ title: ENDPOINT_TITLE, description: 'Where the external-dns of this owner finds it.' }),
    owner: Type.String({
      title: 'the name of an owner, such as cluster-a',
      pattern: OWNER_PATTERN,
      description: 'Whose records these are; no other sees or changes them.',
    }),
    zones: Type.Optional(
      Type.Unsafe<readonly string[]>({
        type: 'array',
        title: 'a list of zones',
        items: { type: 'string', title: 'a domain name' },
        ...described('The zones that it may keep records in; all of them unless told.', []),
      }),
    ),
    'allow-insecure': Type.Optional(
      Type.Boolean(
        described('true lets it listen beyond this machine; whoever reaches it may do what its owner may.', false),
      ),
    ),
  },
  'A listener for the external-dns of one owner.',
)

export const EXTERNAL_DNS = Type.Array(LISTENER, {
  title: 'a list of listeners',
  ...described('Listeners for the webhook protocol of external-dns.', []),
})

export type WrittenExternalDns = Static<typeof LISTENER>
