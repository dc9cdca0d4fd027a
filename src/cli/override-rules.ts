// Safety rules that a caller overrides, on their way from the command line to the API.
import { reasonHeader } from './reason.js'
import type { Call, Option } from './verb.js'

/** Of every verb that can move traffic. */
export const OVERRIDE_RULE: Readonly<Record<string, Option>> = {
  'override-rule': {
    type: 'string',
    value: 'ID',
    multiple: true,
    help: 'override this safety rule; takes a reason, and may be given again',
  },
}

export function rulesHeader(call: Call): Readonly<Record<string, string>> {
  const rules = call.texts('override-rule')
  return rules.length === 0 ? {} : { 'X-Override-Rules': rules.join(', ') }
}

/** Headers of a change: why it is made, and which rules it overrides. */
export const changeHeaders = (call: Call): Readonly<Record<string, string>> => ({
  ...reasonHeader(call.text('reason')),
  ...rulesHeader(call),
})
