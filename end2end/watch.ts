import type { BrowserContext, ConsoleMessage, Request, Response } from '@playwright/test';

/** Notes everything in a browser that no page of ours may cause. */
export class Watch {
    readonly faults: string[] = [];
    readonly #expected = new Set<number>();
    readonly #complaints: RegExp[] = [];
    readonly #failures: RegExp[] = [];

    /** `origins` are the only ones that a page may reach; `scripted` says whether scripts run. */
    constructor(
        private readonly origins: string[],
        private readonly scripted: boolean,
    ) {}

    /** From now on, an answer of ours may have this status. */
    expectStatus(status: number) {
        this.#expected.add(status);
    }

    /** From now on, pages may reach this origin too. */
    allow(origin: string) {
        this.origins.push(origin);
    }

    /** From now on, a browser may complain so. */
    expectComplaint(text: RegExp) {
        this.#complaints.push(text);
    }

    /** From now on, a request may fail for this reason; the browser says so too. */
    expectFailure(why: RegExp) {
        this.#failures.push(why);
        this.#complaints.push(why);
    }

    async over(context: BrowserContext) {
        await context.addInitScript(() => {
            document.addEventListener('securitypolicyviolation', (violation) => {
                console.error(`the CSP's ${violation.violatedDirective} stopped ${violation.blockedURI}`);
            });
        });
        context.on('console', (message) => this.#console(message));
        context.on('weberror', (error) => this.faults.push(`script error: ${error.error().stack}`));
        context.on('dialog', (dialog) => {
            this.faults.push(`dialog: ${dialog.message()}`);
            void dialog.dismiss();
        });
        context.on('request', (request) => this.#request(request));
        context.on('requestfailed', (request) => this.#failed(request));
        context.on('response', (response) => this.#response(response));
    }

    #console(message: ConsoleMessage) {
        if (message.type() !== 'error') return;
        const status = /the server responded with a status of (\d+)/.exec(message.text())?.[1];
        if (status && this.#expected.has(Number(status))) return;
        if (this.#complaints.some((text) => text.test(message.text()))) return;
        this.faults.push(`console: ${message.text()} (${message.location().url})`);
    }

    #request(request: Request) {
        const url = new URL(request.url());
        if (/^(https?|wss?):$/.test(url.protocol) && !this.origins.includes(url.origin)) {
            this.faults.push(`a stranger was asked: ${request.url()}`);
        }
    }

    #failed(request: Request) {
        const why = request.failure()?.errorText;
        // The browser itself gives up what a new page or a download makes pointless.
        if (why === 'net::ERR_ABORTED') return;
        if (this.#failures.some((expected) => expected.test(why ?? ''))) return;
        // It does not load scripts that it may not run, and gives this as the reason.
        if (why === 'csp' && !this.scripted && request.url().endsWith('.js')) return;
        this.faults.push(`${why}: ${request.url()}`);
    }

    #response(response: Response) {
        const status = response.status();
        if (status >= 400 && !this.#expected.has(status)) {
            this.faults.push(`status ${status}: ${response.url()}`);
        }
    }
}
