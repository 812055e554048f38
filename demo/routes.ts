/**
 * The demo's map: which path is answered by what.
 *
 * Owns the list alone. Files below public/ are served for any other path.
 */
import { replyBytes } from './api/bytes.ts';
import { replyEcho } from './api/echo.ts';
import { replyCrossings } from './api/crossings.ts';
import { resetSeen, replySeen } from './api/seen.ts';
import { openSocket } from './api/socket.ts';
import { replyStream } from './api/stream.ts';
import { receiveUpload } from './api/upload.ts';
import { replyCrossingsPage } from './pages/crossings.ts';
import { failOnPurpose, redirect } from './pages/failures.ts';
import { replyFavicon, replyHome } from './pages/home.ts';
import { replyInspect } from './pages/inspect.ts';
import { receiveLetter, replyLetters } from './pages/letters.ts';
import { replyGauge, replySpeakingTube, replySurvey } from './pages/live.ts';
import { replyTicket } from './pages/ticket.ts';
import type { Route } from './router.ts';

export const ROUTES: readonly Route[] = [
  ['GET', '/', replyHome],
  ['GET', '/favicon.ico', replyFavicon],
  ['GET', '/crossings', replyCrossingsPage],
  ['GET', '/letters', replyLetters],
  ['POST', '/letters', receiveLetter],
  ['GET', '/survey', replySurvey],
  ['GET', '/gauge', replyGauge],
  ['GET', '/speaking-tube', replySpeakingTube],
  ['GET', '/ticket', replyTicket],
  ['ANY', '/inspect', replyInspect],

  ['GET', '/api/crossings', replyCrossings],
  ['ANY', '/api/echo', replyEcho],
  ['POST', '/api/upload', receiveUpload],
  ['GET', '/api/stream', replyStream],
  ['GET', '/api/socket', openSocket],
  ['GET', '/api/seen', replySeen],
  ['DELETE', '/api/seen', resetSeen],

  ['GET', '/download', replyBytes],
  ['ANY', '/redirect', redirect],
  ['ANY', '/error', failOnPurpose],
];
