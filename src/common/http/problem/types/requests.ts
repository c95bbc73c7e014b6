import { HttpStatus } from '@nestjs/common';
import type { ProblemTypes } from './problem-type';

/** What can be wrong with a request of any operation. */
export const REQUEST_PROBLEMS = {
  malformed_request: {
    status: HttpStatus.BAD_REQUEST,
    title: 'The request cannot be read.',
    when: 'The body is no JSON in UTF-8, the query is no UTF-8 in percent-encoding, or the request is no valid HTTP.',
    advice: 'Correct the bytes of the request, then send it again.',
  },
  malformed_header: {
    status: HttpStatus.BAD_REQUEST,
    title: 'A header has the wrong form.',
    when: 'The `Idempotency-Key` is empty, too long, or has characters that are not visible ASCII.',
    advice: 'Correct the header, then send the request again.',
  },
  invalid_host: {
    status: HttpStatus.BAD_REQUEST,
    title: 'The Host header is wrong.',
    when: 'The request has no Host header, several of them, or one that is no host.',
    advice: 'Send exactly one Host header, with a host and optionally a port.',
  },
  not_found: {
    status: HttpStatus.NOT_FOUND,
    title: 'The path does not exist.',
    when: 'No operation and no page has this path.',
    advice: 'Check the path; /docs lists all operations.',
  },
  method_not_allowed: {
    status: HttpStatus.METHOD_NOT_ALLOWED,
    title: 'The path does not have this method.',
    when: 'The path exists, and is served with other methods only. The header `Allow` names them.',
    advice: 'Use a method that the header Allow names.',
  },
  request_timeout: {
    status: HttpStatus.REQUEST_TIMEOUT,
    title: 'The request came too slowly.',
    when: 'The request was not complete within `HTTP_REQUEST_TIMEOUT_MS`, or its headers within `HTTP_HEADERS_TIMEOUT_MS`.',
    advice: 'Send the request again over a new connection.',
  },
  body_too_large: {
    status: HttpStatus.PAYLOAD_TOO_LARGE,
    title: 'The body is too large.',
    when: 'The body has more bytes than the operation takes: 16 KiB, or 512 KiB where it takes long lists.',
    advice: 'Send a smaller body; split a long list over several requests.',
  },
  uri_too_long: {
    status: HttpStatus.URI_TOO_LONG,
    title: 'The path is too long.',
    when: 'A part of the path is longer than 16 KiB.',
    advice: 'Shorten the path.',
  },
  unsupported_media_type: {
    status: HttpStatus.UNSUPPORTED_MEDIA_TYPE,
    title: 'The body is not JSON.',
    when: 'The body has another Content-Type than application/json, another charset than UTF-8, or a Content-Encoding.',
    advice: 'Send JSON in UTF-8 with the header Content-Type: application/json, without compression.',
  },
  expectation_failed: {
    status: HttpStatus.EXPECTATION_FAILED,
    title: 'The expectation cannot be met.',
    when: 'The header `Expect` has another value than `100-continue`.',
    advice: 'Leave the header Expect out, then send the request again.',
  },
  invalid_value: {
    status: HttpStatus.UNPROCESSABLE_ENTITY,
    title: 'A value is not acceptable.',
    when:
      'A member of the body or a parameter of the query is unknown, is missing, or has a value that is not allowed. ' +
      'The document names the wrong members in `errors`, 20 at most.',
    advice: 'Correct what errors names, then send the request again.',
  },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large.',
    when: 'The path and the headers together have more than 16 KiB.',
    advice: 'Send fewer or shorter headers.',
  },
  request_in_progress: {
    status: HttpStatus.CONFLICT,
    title: 'The first request is still running.',
    when: 'A request is repeated with its `Idempotency-Key` before the first one has been answered.',
    advice: 'Wait for as long as Retry-After says, then repeat the request with the same Idempotency-Key.',
    retryAfter: 1,
  },
  idempotency_key_reused: {
    status: HttpStatus.UNPROCESSABLE_ENTITY,
    title: 'The Idempotency-Key belongs to another request.',
    when: 'The `Idempotency-Key` was used before, for another operation or another body.',
    advice: 'Send a new Idempotency-Key with a new request, or repeat the first request as it was.',
  },
} as const satisfies ProblemTypes;
