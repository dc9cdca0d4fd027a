import { expect, test } from 'vitest'
import { Closing } from '../../src/node/closing.js'

function closingTo(log: string[]): { closing: Closing; adds: (name: string, ms?: number) => void } {
  const closing = new Closing(error => log.push(String(error)))
  const adds = (name: string, ms = 0): void =>
    closing.add(async () => {
      await new Promise(resolve => setTimeout(resolve, ms))
      log.push(name)
    })
  return { closing, adds }
}

test('what was opened last is closed first, and what was opened before waits for it', async () => {
  const log: string[] = []
  const { closing, adds } = closingTo(log)
  adds('store')
  adds('threads', 5)
  await closing.close()
  expect(log).toEqual(['threads', 'store'])
})

test('what cannot be closed is told of, and keeps nothing else open', async () => {
  const log: string[] = []
  const { closing, adds } = closingTo(log)
  adds('store')
  closing.add(() => {
    throw new Error('stuck')
  })
  closing.add(async () => Promise.reject(new Error('gone')))
  await closing.close()
  expect(log).toEqual(['Error: gone', 'Error: stuck', 'store'])
})

test('nothing is closed twice, whoever asks', async () => {
  const log: string[] = []
  const { closing, adds } = closingTo(log)
  adds('store')
  await Promise.all([closing.close(), closing.close()])
  await closing.close()
  expect(log).toEqual(['store'])
})

test('what is opened when all is closed is closed at once', async () => {
  const log: string[] = []
  const { closing, adds } = closingTo(log)
  adds('store')
  await closing.close()
  closing.add(() => log.push('late'))
  expect(log).toEqual(['store', 'late'])
})
