// How a connection can stand: connected, ending, held up, broken, ended; and what "Refresh now" says of it.

import { awake } from '../flows.ts';
import type { Stage, State } from '../states.ts';
import { connected, leave, order, press, send, stands, type Order } from './ways.ts';

const DAY = 86_400;

/** Tokens that the engine wants to renew two seconds after they were given. */
const SHORT_LIVED = { access_seconds: 3 };

/** A consent that ends in so many seconds. */
const ending = (name: string, refresh_seconds: number): State => ({
    name: `connection-ending-${name}`,
    arrange: async (stage) => {
        const app = await connected(stage, {}, [], { refresh_seconds });
        await stands(stage.page, app, { state: 'expiring' });
    },
});

/** A connection that TikTok does not renew. */
async function unrenewed(stage: Stage, fault: object, connection: object, orders: Order[] = []) {
    const app = await connected(stage, {}, [...orders, ['refresh', fault]], SHORT_LIVED);
    await stands(stage.page, app, connection);
    return app;
}

const held = (name: string, fault: object, trouble: string, state = 'degraded'): State => ({
    name: `connection-${name}`,
    arrange: async (stage) => void (await unrenewed(stage, fault, { state, trouble })),
});

/** TikTok's event says that the connection has ended, and why. */
const removed = (name: string, reason: number): State => ({
    name: `connection-ended-${name}`,
    arrange: async (stage) => {
        const app = await connected(stage);
        await app.tell({ creator: 'public', event: 'authorization.removed', content: { reason } });
        await stands(stage.page, app, { state: 'disconnected', end_cause: name.replaceAll('-', '_') });
    },
});

/** What "Refresh now" leads to without script; the answer is shown once. */
const renewal = (name: string, arrange: (stage: Stage) => Promise<void>): State => ({
    name: `renewal-${name}`,
    once: true,
    arrange: async (stage) => {
        await arrange(stage);
        await send(stage.page, 'refresh_now');
        await stage.page.locator('#notice').waitFor();
    },
});

const down = { status: 503 };
const delayed = { state: 'degraded', trouble: 'unavailable' };

export const connections: State[] = [
    ending('month', 29 * DAY),
    ending('week', 6 * DAY),
    ending('day', DAY / 2),
    held('waits-for-operator', { code: 'invalid_client' }, 'app_refused', 'connected'),
    held('tiktok-down', down, 'unavailable'),
    held('tiktok-busy', { code: 'rate_limit_exceeded' }, 'rate_limited'),
    held('tiktok-strange', { garbage: true }, 'unexpected'),
    held('refused', { code: 'invalid_grant' }, 'refused', 'needs_reconnect'),
    {
        name: 'connection-answer-lost',
        arrange: async (stage) => {
            const app = await connected(stage, {}, [], SHORT_LIVED);
            await app.order('refresh', { drop: 'after' });
            await stands(stage.page, app, { state: 'needs_reconnect', trouble: 'answer_lost' });
        },
    },
    {
        name: 'connection-consent-over',
        arrange: async (stage) => {
            const app = await connected(stage, {}, [], { refresh_seconds: 2 });
            await stands(stage.page, app, { state: 'needs_reconnect', trouble: 'consent_ended' });
        },
    },
    {
        name: 'connection-ended-here',
        arrange: async (stage) => {
            const app = await connected(stage);
            await leave(stage.page, app, 'keep');
            await stands(stage.page, app, { state: 'disconnected', end_cause: 'here' });
        },
    },
    removed('unknown', 0),
    removed('by-creator', 1),
    removed('account-deleted', 2),
    removed('age-changed', 3),
    removed('account-banned', 4),
    removed('by-developer', 5),

    renewal('recent', async (stage) => void (await connected(stage))),
    renewal('done', async (stage) => {
        const app = await unrenewed(stage, down, delayed);
        await app.obey();
        await app.change({ access_seconds: DAY });
    }),
    renewal('tiktok-down', async (stage) => void (await unrenewed(stage, down, delayed))),
    renewal('refused', async (stage) => {
        const app = await unrenewed(stage, down, delayed);
        await app.obey();
        await order(app, [['refresh', { code: 'invalid_grant' }]]);
    }),
    renewal('not-connected', async (stage) => {
        const app = await connected(stage);
        const elsewhere = await stage.page.context().newPage();
        await leave(elsewhere, app, 'keep');
        await elsewhere.close();
    }),
    {
        name: 'renewal-pending',
        arrange: async (stage) => void (await connected(stage)),
        act: async (page) => {
            // The server never answers.
            await page.route('**/api/refresh_now', () => undefined);
            await awake(page);
            await press(page, 'refresh_now');
            await page.locator('form[action$="/api/refresh_now"] [aria-busy="true"]').waitFor();
        },
    },
];
