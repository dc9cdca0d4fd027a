// What a shared value does, wherever it is kept: one list of cases for each of them.
import { expect, test } from 'vitest'
import type { SharedValue } from '../../../src/control-plane/state/shared-value.js'

export interface Numbers {
  readonly numbers: readonly number[]
}

export const isNumbers = (value: unknown): value is Numbers =>
  typeof value === 'object' && value !== null && 'numbers' in value && Array.isArray(value.numbers)

export const add =
  (number: number) =>
  ({ numbers }: Numbers): Numbers => ({ numbers: [...numbers, number] })

/** @param open another one over the same, as after a restart; begins as an empty list */
export function sharedValueCases(open: () => Promise<SharedValue<Numbers>>): void {
  test('it begins with what it is told', async () => {
    expect((await open()).current()).toEqual({ numbers: [] })
  })

  test('what is made of it is there, and told of, when update resolves', async () => {
    const value = await open()
    const told: Numbers[] = []
    value.onChange(now => void told.push(now))
    expect(await value.update(add(1))).toEqual({ numbers: [1] })
    expect(value.current()).toEqual({ numbers: [1] })
    expect(told.at(-1)).toEqual({ numbers: [1] })
  })

  test('what was made of it is found after a restart', async () => {
    const value = await open()
    await value.update(add(1))
    await value.update(add(2))
    await value.settled()
    expect((await open()).current()).toEqual({ numbers: [1, 2] })
  })

  test('a step that throws changes nothing, and whoever took it is told', async () => {
    const value = await open()
    const refused = value.update(() => {
      throw new Error('no')
    })
    await expect(refused).rejects.toThrow('no')
    expect(await value.update(add(3))).toEqual({ numbers: [3] })
  })

  test('a step that changes nothing tells nobody', async () => {
    const value = await open()
    let told = 0
    value.onChange(() => void told++)
    await value.update(now => now)
    expect(told).toBe(0)
  })

  test('steps that are taken together are all taken', async () => {
    const value = await open()
    await Promise.all(Array.from({ length: 20 }, (_, i) => value.update(add(i))))
    expect([...value.current().numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i))
  })
}
