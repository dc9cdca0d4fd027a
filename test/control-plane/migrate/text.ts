// A document that an import has made, as it is written.
import type { Migrated } from '../../../src/control-plane/migrate/draft.js'
import { editText } from '../../../src/control-plane/traffic/edit.js'

export const textOf = ({ document }: Migrated): string =>
  editText(
    'zones: {}\n',
    Object.entries(document).map(([key, value]) => ({ path: [key], value })),
  )

/** The same without its looks, which is quicker: JSON is YAML. */
export const written = ({ document }: Migrated): string => JSON.stringify({ zones: {}, ...document })
