// A document that an import has made, as it is written.
import type { Migrated } from '../../../src/control-plane/migrate/draft.js'
import { editText } from '../../../src/control-plane/traffic/edit.js'

export const textOf = ({ document }: Migrated): string =>
  editText(
    'zones: {}\n',
    Object.entries(document).map(([key, value]) => ({ path: [key], value })),
  )
