// Every page in every reachable state: one list for the checks of accessibility and layout, for the screenshots,
// and for the visual comparison with the references.
//
// A state is arranged once, in an app of its own, and then examined in every language, theme and width.

import type { Page } from '@playwright/test';
import type { App } from './app.mjs';
import { connections } from './states/connections.ts';
import { publicPages } from './states/public-pages.ts';
import { failures } from './states/failures.ts';
import { disconnects } from './states/disconnects.ts';
import { profiles } from './states/profiles.ts';

/** The browser page and the apps with which a state is arranged. */
export type Setup = {
    page: Page;
    /** Returns a new app, or a stateless one of a kind: its store is unavailable, or its operator has a long name. */
    start: (kind?: 'store-unavailable' | 'long-operator-name') => Promise<App>;
};

export type State = {
    name: string;
    /** Brings the browser to the page in this state. */
    arrange: (setup: Setup) => Promise<void>;
    /** Interactions with the page after it was loaded. */
    act?: (page: Page) => Promise<void>;
    /** A reload does not show the page again, so that the state is arranged anew for each language. */
    once?: true;
    /** The page belongs to the simulated TikTok. */
    foreign?: true;
};

export const states: State[] = [...publicPages, ...profiles, ...connections, ...disconnects, ...failures];
