// Whether it is dark, as whoever looks has it: for what is painted once, and does not follow the style sheet by itself.
import { signal } from '@preact/signals'

const query = matchMedia('(prefers-color-scheme: dark)')

export const isDark = signal(query.matches)
query.addEventListener('change', ({ matches }) => {
  isDark.value = matches
})
