import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const DIST = new URL('../../dist/', import.meta.url)
const SHARED = new URL('shared-modules/', DIST)
const bundled = readdirSync(SHARED).filter(name => name.endsWith('.js'))
const text = (name: string): string => readFileSync(new URL(name, SHARED), 'utf8')

test('whatever a module finds by its own place is there for the bundled one too', () => {
  const asked = bundled.flatMap(name =>
    [...text(name).matchAll(/new URL\("([^"]+)", import\.meta\.url\)\.href/g)].map(
      ([, way]) => new URL(way!, new URL(name, SHARED)),
    ),
  )
  expect(asked.length).toBeGreaterThan(5)
  expect(asked.map(place => fileURLToPath(place)).filter(place => !existsSync(place))).toEqual([])
})

test('every thread that is started runs from the bundle', () => {
  const threads = bundled.flatMap(name => [
    ...text(name).matchAll(/new URL\("\.\/([a-z-]+\.js)", new URL\("\.\.\/([^"]+\/)[^"/]+"/g),
  ])
  const places = [...new Set(threads.map(([, file, folder]) => `${folder}${file}`))].sort()
  expect(places).toEqual([
    'control-plane/balance/solver-thread.js',
    'control-plane/geo/check-thread.js',
    'control-plane/health/probe-thread.js',
    'control-plane/publish/map-thread.js',
    'control-plane/traffic/reader-thread.js',
    'data-plane/worker.js',
  ])
  for (const place of places) expect(readFileSync(new URL(place, DIST), 'utf8')).toMatch(/shared-modules\//)
})

test('what tells a collector is loaded only where it is asked for: a start is none the slower', () => {
  const its = bundled.filter(name => /from "@opentelemetry\//.test(text(name)))
  expect(its).toEqual([expect.stringMatching(/^telemetry-/)])
  const naming = bundled.filter(name => text(name).includes(its[0]!) && name !== its[0])
  expect(naming.length).toBeGreaterThan(0)
  for (const name of naming)
    expect(text(name).match(new RegExp(`(import\\()?"\\./${its[0]}"`, 'g'))).toEqual([`import("./${its[0]}"`])
})
