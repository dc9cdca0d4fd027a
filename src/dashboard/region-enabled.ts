// Whether a region is enabled is written into the document.
import { call } from './api.js'
import { refresh } from './live.js'

/** @param overridden safety rules that it is done against. @throws as `call` */
export async function setEnabled(
  id: string,
  enabled: boolean,
  reason: string,
  overridden: readonly string[] = [],
): Promise<void> {
  await call('POST', enabled ? '/v1/regions/{id}/enable' : '/v1/regions/{id}/disable', {
    path: { id },
    body: { reason, ...(overridden.length === 0 ? {} : { override: overridden }) },
  })
  await refresh()
}
