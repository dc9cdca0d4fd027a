// What this browser remembers from one visit to the next; a browser that keeps nothing is one that forgets.
import { effect, type Signal, signal } from '@preact/signals'

export function remembered(key: string, usual = ''): Signal<string> {
  const kept = signal(usual)
  try {
    kept.value = localStorage.getItem(key) ?? usual
    effect(() => localStorage.setItem(key, kept.value))
  } catch {
    // It may keep nothing.
  }
  return kept
}
