import { createRoot } from 'react-dom/client';
import { Store } from './app/store.ts';
import { App } from './views/app.tsx';

const store = new Store();
addEventListener('pagehide', store.leave);
createRoot(document.getElementById('root')!).render(<App store={store} />);
void store.begin();
