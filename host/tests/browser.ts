import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type Page, type WebSocketRoute } from 'playwright-core';

/** A page under watch: what it says on its console, what it asks of other hosts, and what axe finds. */
export interface WatchedPage {
  readonly page: Page;
  /** Requests that left for another host, and errors that nobody caught. Must stay empty. */
  readonly faults: readonly string[];
  /** Messages over the page's sockets, as they went. */
  readonly sent: readonly SocketMessage[];
  readonly received: readonly SocketMessage[];
  /** Closes all sockets of the page, as a network or a server that drains would. */
  loseSockets(): Promise<void>;
  /** What axe finds wrong with the page as it is now, in a line each. */
  inaccessible(): Promise<string[]>;
  /** Keeps a picture in a folder that git does not know. */
  picture(name: string): Promise<void>;
}

/** A message of graphql-transport-ws. */
export interface SocketMessage {
  readonly atMs: number;
  readonly type: string;
  readonly payload?: {
    readonly query?: string;
    /** In whose name: of a first message, and of a ping that renews it. */
    readonly authorization?: string;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

const screenshots = join(import.meta.dirname, '..', '..', 'storefront', 'screenshots');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Starts the machine's Chromium. */
export function openBrowser(executablePath: string): Promise<Browser> {
  // As root there is no sandbox, and in a container little shared memory.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Opens a tab of its own cookies and stores. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: NonNullable<Parameters<Browser['newContext']>[0]> = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.setDefaultTimeout(10_000);
  const [sent, received]: [SocketMessage[], SocketMessage[]] = [[], []];
  const sockets: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    const server = socket.connectToServer();
    // Both ends speak JSON (graphql-transport-ws).
    const read = (message: string | Buffer): SocketMessage => ({ ...JSON.parse(String(message)), atMs: Date.now() });
    socket.onMessage((message) => {
      sent.push(read(message));
      server.send(message);
    });
    server.onMessage((message) => {
      received.push(read(message));
      socket.send(message);
    });
    sockets.push(socket);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:'].includes(url.protocol) && url.host !== new URL(origin).host)
      faults.push(`asked another host: ${url.href}`);
  });
  page.on('pageerror', (error) => faults.push(`was not caught: ${error.message}`));
  page.on('console', (message) => {
    // What the policy forbids is told on the console alone.
    if (/Content Security Policy|Refused to/i.test(message.text())) faults.push(message.text());
  });
  return {
    page,
    faults,
    sent,
    received,
    async loseSockets() {
      for (const socket of sockets.splice(0)) await socket.close({ code: 1012, reason: 'Service restart' });
    },
    async inaccessible() {
      // By the debugger's way in, which the page's policy does not stand in.
      await page.evaluate(axeSource);
      const rules = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
      const found = await page.evaluate<Finding[]>(
        `axe.run(document, ${JSON.stringify(rules)}).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary) })))`,
      );
      return found.flatMap(({ id, nodes }) => nodes.map((node) => `${new URL(page.url()).pathname} ${id}: ${node}`));
    },
    async picture(name) {
      mkdirSync(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    },
  };
}

interface Finding {
  readonly id: string;
  readonly nodes: readonly string[];
}
