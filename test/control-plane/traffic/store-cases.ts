// What a store of the document does, wherever its text lies: one list of cases for each of them.
import { expect, test } from 'vitest'
import { EditConflict, EditRefused, type Loaded, type TrafficStore } from '../../../src/control-plane/traffic/store.js'

export const text = (weight: number): string => `# Kept.
regions:
  eu: { addresses: [192.0.2.1], weight: ${weight} }   # beside
zones: {}
`
export const weight = ({ document }: Loaded): number | undefined => document.regions.get('eu')?.weight
export const setWeight = (value: unknown) => [{ path: ['regions', 'eu', 'weight'], value }]

export interface StoreUnderTest {
  /** Holds `text(1)`, as its first revision. */
  readonly open: () => Promise<TrafficStore>
  /** The text that lies there now. */
  readonly lies: () => Promise<string>
}

export function storeCases({ open, lies }: StoreUnderTest): void {
  test('it opens with the document that is there', async () => {
    const store = await open()
    expect(weight(store.current())).toBe(1)
    expect(store.current().written).toMatchObject({ regions: { eu: { weight: 1 } } })
    expect(store.current().revision).toMatch(/^[0-9a-f]{12}$/)
    expect(store.refused()).toBeUndefined()
  })

  test('an edit is there, with comments, and its listeners have finished when it resolves', async () => {
    const store = await open()
    const seen: string[] = []
    store.onChange(async loaded => {
      await Promise.resolve()
      seen.push(`${weight(loaded)}`)
    })
    const loaded = await store.edit(setWeight(7))
    expect(seen).toEqual(['7'])
    expect(store.current()).toBe(loaded)
    expect(await lies()).toBe(text(7))
  })

  test('what was edited is found after a restart', async () => {
    await (await open()).edit(setWeight(7))
    const again = await open()
    expect(weight(again.current())).toBe(7)
    expect(again.revisions?.list().map(({ number }) => number)).toEqual([1, 2])
  })

  test('a whole text takes the place of what is there, and a dry run of it does not', async () => {
    const store = await open()
    const dry = await store.replace(text(9), { dryRun: true })
    expect([weight(dry), weight(store.current()), await lies()]).toEqual([9, 1, text(1)])
    await store.replace(`# New.\n${text(9)}`)
    expect(await lies()).toBe(`# New.\n${text(9)}`)
  })

  test.each([
    ['breaks the document', setWeight(-1), 'regions.eu.weight: -1 is too small; 0 is the least'],
    ['leads nowhere', [{ path: ['regions', 'eu', 'weight', 'x'], value: 1 }], 'regions.eu.weight.x: "x" leads into 1'],
  ])('an edit that %s is refused, and all stays', async (_, edits, problem) => {
    const store = await open()
    const error = await store.edit(edits).catch(error => error)
    expect(error).toBeInstanceOf(EditRefused)
    expect(error.message).toContain(problem)
    expect(await lies()).toBe(text(1))
    expect(store.refused()).toBeUndefined()
    expect(weight(await store.edit(setWeight(2)))).toBe(2)
  })

  test('each document is a revision, with who, why and what, and its text', async () => {
    const store = await open()
    await store.edit(setWeight(2), { actor: 'alice', reason: 'more' })
    await store.replace(text(1), { actor: 'bob' })
    const { revisions } = store
    expect(revisions?.list().map(({ number, actor, reason }) => [number, actor, reason])).toEqual([
      [1, expect.any(String), undefined],
      [2, 'alice', 'more'],
      [3, 'bob', undefined],
    ])
    expect(revisions?.latest()).toMatchObject({ number: 3, revision: store.current().revision, changeCount: 1 })
    expect(revisions?.get(2)?.changes).toMatchObject([{ path: 'regions.eu.weight' }])
    expect(revisions?.withHash(store.current().revision)?.number).toBe(3)
    expect(await revisions?.text(2)).toBe(text(2))
    expect(await revisions?.text(9)).toBeUndefined()
  })

  test('an edit that changes nothing writes nothing and tells nobody', async () => {
    const store = await open()
    let calls = 0
    store.onChange(() => void calls++)
    expect(await store.edit(setWeight(1))).toBe(store.current())
    expect(calls).toBe(0)
  })

  test('edits that come together are made one after the other, and none is lost', async () => {
    const store = await open()
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        store.edit([{ path: ['regions', `r${i}`], value: { addresses: [`192.0.2.${10 + i}`] } }]),
      ),
    )
    expect([...store.current().document.regions.keys()]).toEqual([
      'eu',
      ...Array.from({ length: 10 }, (_, i) => `r${i}`),
    ])
  })

  test('of two edits of one revision, one is a conflict', async () => {
    const store = await open()
    const { revision } = store.current()
    const [first, second] = await Promise.allSettled([
      store.edit(setWeight(2), { ifRevision: revision }),
      store.edit(setWeight(3), { ifRevision: revision }),
    ])
    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { revision: store.current().revision } })
    expect(second.status === 'rejected' && second.reason).toBeInstanceOf(EditConflict)
    expect(weight(store.current())).toBe(2)
  })

  test('a listener that fails is told to whoever made the change, and the store goes on', async () => {
    const store = await open()
    let fail = true
    store.onChange(() => {
      if (fail) throw new Error('no room')
    })
    await expect(store.edit(setWeight(2))).rejects.toThrow('no room')
    fail = false
    expect(weight(await store.edit(setWeight(3)))).toBe(3)
  })
}
