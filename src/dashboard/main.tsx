// The page: who is signed in sees the view that the address names.
import { effect } from '@preact/signals'
import { render } from 'preact'
import { resume, session } from './api.js'
import { Frame } from './frame.js'
import { refresh, unfollow } from './live.js'
import { SignIn } from './sign-in.js'
import './style.css'
import './drills.css'
import './incidents.css'

function Page() {
  if (session.value === undefined) return <p class="quiet centred">Looking whether you are signed in …</p>
  return session.value === null ? <SignIn /> : <Frame />
}

let followed = false
effect(() => {
  const signedIn = session.value !== null && session.value !== undefined
  if (signedIn === followed) return
  followed = signedIn
  if (signedIn) void refresh()
  else unfollow()
})

render(<Page />, document.getElementById('app')!) // index.html has it
void resume()
