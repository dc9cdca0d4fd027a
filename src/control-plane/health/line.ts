// A line of those who wait: first come, first served, behind those who are in a hurry.

export class Line<T extends { readonly hurried: boolean }> {
  readonly #hurried = new Set<T>()
  readonly #others = new Set<T>()

  get size(): number {
    return this.#hurried.size + this.#others.size
  }

  add(one: T): void {
    this.#of(one).add(one)
  }

  delete(one: T): void {
    this.#of(one).delete(one)
  }

  /** In their order; who leaves meanwhile is skipped. */
  *[Symbol.iterator](): Generator<T> {
    yield* this.#hurried
    yield* this.#others
  }

  #of({ hurried }: T): Set<T> {
    return hurried ? this.#hurried : this.#others
  }
}
