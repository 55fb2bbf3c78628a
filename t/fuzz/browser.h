/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Reads URL references as browsers do (the URL standard, as far as it is
 * about http and https), slowly and plainly. It knows nothing of the engine
 * and shares no code with it, so that the one can judge the other.
 */

#ifndef BROWSER_H
#define BROWSER_H

#include "apr_pools.h"

typedef struct browser_url {
    int ok;      /* a browser reads a URL here */
    int is_http; /* http or https; of others only this much is known */
    int has_userinfo;
    const char *scheme;
    const char *host; /* lower case; IPv6 in brackets */
    unsigned int port;
    const char *path;     /* without dot segments, escaped as it is sent */
    const char *query;    /* with '?', or "" */
    const char *fragment; /* with '#', or "" */
} browser_url;

/* Read text on a page whose URL is base. Names outside ASCII are not looked
 * up: they are read as no URL. */
browser_url browser_read(apr_pool_t *pool, const char *text,
                         const browser_url *base);

/* The path in a form in which equal resources are equal text: escapes of
 * unreserved characters decoded, others in upper case. */
const char *browser_plain(apr_pool_t *pool, const char *path);

/* A copy in which all escapes are decoded. */
char *browser_decode(apr_pool_t *pool, const char *text);

int browser_same_origin(const browser_url *a, const browser_url *b);

/* One resource, query and fragment included */
int browser_same_resource(apr_pool_t *pool, const browser_url *a,
                          const browser_url *b);

/* The same, http and https on their default ports being one. */
int browser_same_site(const browser_url *a, const browser_url *b);

#endif /* BROWSER_H */
