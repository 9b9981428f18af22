// States of a connection: connected, expiring, degraded, broken, ended; and results of "Refresh now".

import { islandsReady } from '../flows.ts';
import type { Setup, State } from '../states.ts';
import { connected, disconnect, injectFaults, press, submitWithoutScript, waitForConnection, type InjectedFault } from './steps.ts';

const DAY = 86_400;

/** Access tokens that are due for a refresh two seconds after they were issued. */
const SHORT_LIVED = { access_seconds: 3 };

/** A refresh token that expires in so many seconds. */
const expiring = (name: string, refresh_seconds: number): State => ({
    name: `connection-expiring-${name}`,
    arrange: async (setup) => {
        const app = await connected(setup, {}, [], { refresh_seconds });
        await waitForConnection(setup.page, app, { state: 'expiring' });
    },
});

/** A connection whose refreshes fail. */
async function failedRefresh(setup: Setup, fault: object, connection: object, faults: InjectedFault[] = []) {
    const app = await connected(setup, {}, [...faults, ['refresh', fault]], SHORT_LIVED);
    await waitForConnection(setup.page, app, connection);
    return app;
}

const failing = (name: string, fault: object, refresh_failure: string, state = 'degraded'): State => ({
    name: `connection-${name}`,
    arrange: async (setup) => void (await failedRefresh(setup, fault, { state, trouble: refresh_failure })),
});

/** A connection that ended by TikTok's event, with its reason. */
const endedByEvent = (name: string, reason: number): State => ({
    name: `connection-ended-${name}`,
    arrange: async (setup) => {
        const app = await connected(setup);
        await app.sendEvent({ creator: 'public', event: 'authorization.removed', content: { reason } });
        await waitForConnection(setup.page, app, { state: 'disconnected', end_cause: name.replaceAll('-', '_') });
    },
});

/** The page after "Refresh now" without script; its banner is shown once. */
const refreshResult = (name: string, arrange: (setup: Setup) => Promise<void>): State => ({
    name: `refresh-${name}`,
    once: true,
    arrange: async (setup) => {
        await arrange(setup);
        await submitWithoutScript(setup.page, 'refresh_now');
        await setup.page.locator('#notice').waitFor();
    },
});

const down = { status: 503 };
const delayed = { state: 'degraded', trouble: 'unavailable' };

export const connections: State[] = [
    expiring('month', 29 * DAY),
    expiring('week', 6 * DAY),
    expiring('day', DAY / 2),
    failing('client-refused', { code: 'invalid_client' }, 'app_refused', 'connected'),
    failing('tiktok-down', down, 'unavailable'),
    failing('tiktok-busy', { code: 'rate_limit_exceeded' }, 'rate_limited'),
    failing('response-malformed', { garbage: true }, 'unexpected'),
    failing('grant-refused', { code: 'invalid_grant' }, 'refused', 'needs_reconnect'),
    {
        name: 'connection-response-lost',
        arrange: async (setup) => {
            const app = await connected(setup, {}, [], SHORT_LIVED);
            await app.injectFault('refresh', { drop: 'after' });
            await waitForConnection(setup.page, app, { state: 'needs_reconnect', trouble: 'answer_lost' });
        },
    },
    {
        name: 'connection-consent-expired',
        arrange: async (setup) => {
            const app = await connected(setup, {}, [], { refresh_seconds: 2 });
            await waitForConnection(setup.page, app, { state: 'needs_reconnect', trouble: 'consent_ended' });
        },
    },
    {
        name: 'connection-ended-here',
        arrange: async (setup) => {
            const app = await connected(setup);
            await disconnect(setup.page, app, 'keep');
            await waitForConnection(setup.page, app, { state: 'disconnected', end_cause: 'here' });
        },
    },
    endedByEvent('unknown', 0),
    endedByEvent('by-creator', 1),
    endedByEvent('account-deleted', 2),
    endedByEvent('age-changed', 3),
    endedByEvent('account-banned', 4),
    endedByEvent('by-developer', 5),

    refreshResult('recent', async (setup) => void (await connected(setup))),
    refreshResult('done', async (setup) => {
        const app = await failedRefresh(setup, down, delayed);
        await app.clearFaults();
        await app.changeSettings({ access_seconds: DAY });
    }),
    refreshResult('tiktok-down', async (setup) => void (await failedRefresh(setup, down, delayed))),
    refreshResult('refused', async (setup) => {
        const app = await failedRefresh(setup, down, delayed);
        await app.clearFaults();
        await injectFaults(app, [['refresh', { code: 'invalid_grant' }]]);
    }),
    refreshResult('not-connected', async (setup) => {
        const app = await connected(setup);
        const otherTab = await setup.page.context().newPage();
        await disconnect(otherTab, app, 'keep');
        await otherTab.close();
    }),
    {
        name: 'refresh-pending',
        arrange: async (setup) => void (await connected(setup)),
        act: async (page) => {
            // The request gets no response.
            await page.route('**/api/refresh_now', () => undefined);
            await islandsReady(page);
            await press(page, 'refresh_now');
            await page.locator('form[action$="/api/refresh_now"] [aria-busy="true"]').waitFor();
        },
    },
];
