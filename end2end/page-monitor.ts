import type { BrowserContext, ConsoleMessage, Request, Response } from '@playwright/test';

/** Records errors in a browser: console errors, script errors, dialogs, failed requests, error statuses, foreign origins. */
export class PageMonitor {
    readonly faults: string[] = [];
    readonly #statuses = new Set<number>();
    readonly #consoleErrors: RegExp[] = [];
    readonly #requestFailures: RegExp[] = [];

    /** `origins` are those that a page may send requests to; `scriptEnabled` is whether scripts run. */
    constructor(
        private readonly origins: string[],
        private readonly scriptEnabled: boolean,
    ) {}

    /** Allows responses with this error status. */
    expectStatus(status: number) {
        this.#statuses.add(status);
    }

    /** Allows requests to another origin. */
    allow(origin: string) {
        this.origins.push(origin);
    }

    /** Allows console errors that match. */
    expectConsoleError(text: RegExp) {
        this.#consoleErrors.push(text);
    }

    /** Allows requests to fail for this reason, and the console error about it. */
    expectRequestFailure(reason: RegExp) {
        this.#requestFailures.push(reason);
        this.#consoleErrors.push(reason);
    }

    /** Starts to record the errors of a browser context. */
    async attach(context: BrowserContext) {
        await context.addInitScript(() => {
            document.addEventListener('securitypolicyviolation', (violation) => {
                console.error(`the CSP's ${violation.violatedDirective} stopped ${violation.blockedURI}`);
            });
        });
        context.on('console', (message) => this.#onConsole(message));
        context.on('weberror', (error) => this.faults.push(`script error: ${error.error().stack}`));
        context.on('dialog', (dialog) => {
            this.faults.push(`dialog: ${dialog.message()}`);
            void dialog.dismiss();
        });
        context.on('request', (request) => this.#onRequest(request));
        context.on('requestfailed', (request) => this.#onRequestFailed(request));
        context.on('response', (response) => this.#onResponse(response));
    }

    #onConsole(message: ConsoleMessage) {
        if (message.type() !== 'error') return;
        const status = /the server responded with a status of (\d+)/.exec(message.text())?.[1];
        if (status && this.#statuses.has(Number(status))) return;
        if (this.#consoleErrors.some((text) => text.test(message.text()))) return;
        this.faults.push(`console: ${message.text()} (${message.location().url})`);
    }

    #onRequest(request: Request) {
        const url = new URL(request.url());
        if (/^(https?|wss?):$/.test(url.protocol) && !this.origins.includes(url.origin)) {
            this.faults.push(`request to a foreign origin: ${request.url()}`);
        }
    }

    #onRequestFailed(request: Request) {
        const reason = request.failure()?.errorText;
        // The browser cancels requests when a navigation or a download replaces them.
        if (reason === 'net::ERR_ABORTED') return;
        if (this.#requestFailures.some((allowed) => allowed.test(reason ?? ''))) return;
        // The browser does not load scripts where they are disabled, and gives this reason.
        if (reason === 'csp' && !this.scriptEnabled && request.url().endsWith('.js')) return;
        this.faults.push(`${reason}: ${request.url()}`);
    }

    #onResponse(response: Response) {
        const status = response.status();
        if (status >= 400 && !this.#statuses.has(status)) {
            this.faults.push(`status ${status}: ${response.url()}`);
        }
    }
}
