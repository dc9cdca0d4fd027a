// Which view is shown, and of what: in the fragment of the address, so that every view has a link of its own.
import { computed, signal } from '@preact/signals'

export interface Place {
  readonly view: string
  readonly query: URLSearchParams
}

const fragment = signal(location.hash)
addEventListener('hashchange', () => {
  fragment.value = location.hash
})

export const place = computed<Place>(() => {
  const [view = '', query = ''] = fragment.value.replace(/^#\/?/, '').split('?', 2)
  return { view: view === '' ? 'world' : view, query: new URLSearchParams(query) }
})

/** `explain`, `{ name: 'api.example.com' }` to `#/explain?name=api.example.com`. */
export function linkTo(view: string, query: Readonly<Record<string, string>> = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== '')
  return entries.length === 0 ? `#/${view}` : `#/${view}?${new URLSearchParams(entries)}`
}

export function goTo(view: string, query?: Readonly<Record<string, string>>): void {
  location.hash = linkTo(view, query)
  // The browser tells of it later; who asks where we are meanwhile is to know.
  fragment.value = location.hash
}
