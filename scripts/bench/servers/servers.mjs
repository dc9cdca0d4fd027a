// Every server that can take part, in the order of the report.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { bind } from './bind.mjs'
import { echo } from './echo.mjs'
import { gdnsd } from './gdnsd.mjs'
import { knot } from './knot.mjs'
import { meridian } from './meridian.mjs'
import { nsd } from './nsd.mjs'
import { powerdns } from './powerdns.mjs'

export const SERVERS = [meridian, echo, gdnsd, knot, powerdns, nsd, bind]

// Daemons live where only root looks.
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin']

/** The path of a program; undefined where it is not installed. */
export const findProgram = name =>
  name.startsWith('/') ? name : FOLDERS.map(folder => join(folder, name)).find(file => isExecutable(file))

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
