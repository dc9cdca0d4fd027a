// The safety rules that a change would break, and the tick by which it is made all the same.
import type { Signal } from '@preact/signals'
import type { BrokenRule } from '../control-plane/admin/api.js'

export function BrokenRules({
  rules,
  ticked,
}: {
  readonly rules: readonly BrokenRule[]
  readonly ticked: Signal<boolean>
}) {
  if (rules.length === 0) return null
  const closed = rules.some(({ overridableBy }) => overridableBy === 'nobody')
  return (
    <div class="rules" role="alert">
      <p class="alarm">{rules.length === 1 ? 'A safety rule is against it:' : 'Safety rules are against it:'}</p>
      <ul>
        {rules.map(({ rule, description, words, remedy, overridableBy }) => (
          <li key={rule}>
            <strong>{rule}</strong>: {words}
            {description === undefined ? null : ` (${description})`}.{' '}
            <span class="quiet">What would help: {remedy}.</span>
            {overridableBy === 'caller' || overridableBy === 'nobody' ? null : (
              <span class="quiet"> It takes the scope {overridableBy} to override it.</span>
            )}
          </li>
        ))}
      </ul>
      {closed ? (
        <p>Nobody may override this.</p>
      ) : (
        <label class="tick">
          <input
            type="checkbox"
            checked={ticked}
            onChange={event => {
              ticked.value = event.currentTarget.checked
            }}
          />{' '}
          Do it all the same; it is written down that I did
        </label>
      )}
    </div>
  )
}
