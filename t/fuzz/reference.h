/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the manual says about one URL ("How a URL is mapped"), worked out the
 * slow and obvious way: every rule is looked at, and paths are compared as
 * text in their plain form. Reads the same setting as the unit tests do, by
 * itself.
 */

#ifndef REFERENCE_H
#define REFERENCE_H

#include "browser.h"
#include "fixture.h"

#define REFERENCE_RULES 12

typedef struct reference_rule {
    int line;
    int excluded;
    int derived;
    int section; /* larger ones are further inside; -1 does not apply */
    int has_public_site;
    browser_url public_site;
    const char *public_path; /* plain, without trailing slash */
    int has_backend;
    browser_url backend;
    const char *backend_path;
    const regex_t *regex; /* a RevMapRewrite, and its public side */
    int on_path;
    const char *substitution;
} reference_rule;

typedef struct reference {
    const setting *set;
    reference_rule rule[REFERENCE_RULES];
    int rules;
    int has_backend; /* what was requested from the backend */
    browser_url backend;
    browser_url asked;
    int has_told;
    browser_url told;
    int has_own;
    browser_url own;
    const char *longest; /* of all public sides and origins, as text */
} reference;

typedef enum reference_verdict {
    REFERENCE_STAYS,   /* byte for byte */
    REFERENCE_PATH,    /* to the URL given, written as a path */
    REFERENCE_ABSOLUTE /* to the URL given, with its origin */
} reference_verdict;

void reference_init(apr_pool_t *pool, reference *reference, const setting *set);

/* Is the host one that a rule, the request or the site names? */
int reference_knows(const reference *reference, const browser_url *url);

/* Is it an origin of the public site? */
int reference_is_public(const reference *reference, const browser_url *url);

/* Is there a RevMapRewrite? */
int reference_rewrites(const reference *reference);

/* Is it of the public site, or of a host to which a RevMapRewrite may lead:
 * those of maps.c lead to hosts below pub.test, and to any of its ports. */
int reference_is_ours(const reference *reference, const browser_url *url);

/* May the path, or all that follows the prefix's segments, be covered? */
int reference_covers(const char *prefix, const char *path);

/* ---- steps of reference_judge() ----------------------------------------- */

typedef struct reference_claim {
    int has_origin;
    browser_url url; /* as the backend means it */
    int answering;   /* it is the answering backend's */
    int ambiguous;   /* it may be meant in public terms already */
    int upgrade;     /* of the public site, by a scheme of its own choice */
} reference_claim;

/* "Screening" */
int reference_is_odd(const char *text);

/* Whose is it?  Zero if it is nobody's; the URL is read all the same. */
int reference_claim_url(apr_pool_t *pool, const reference *reference,
                        const char *text, reference_claim *claim);

/* Does the text hold the host as it was read? */
int reference_is_spelled_out(apr_pool_t *pool, const char *text,
                             const reference_claim *claim);

int reference_is_about(const reference *reference, const reference_rule *rule,
                       const browser_url *origin);
int reference_is_of_answering(apr_pool_t *pool, const reference *reference,
                              const reference_rule *rule);
int reference_is_for_this_host(const reference *reference,
                               const reference_rule *rule);
int reference_is_entrance(apr_pool_t *pool, const reference *reference,
                          const reference_rule *rule);

/* ------------------------------------------------------------------------- */

/* What becomes of text, which has no blanks at its ends.  "to" is what the
 * client is to read. */
reference_verdict reference_judge(apr_pool_t *pool, const reference *reference,
                                  const char *text, revmap_use use,
                                  browser_url *to);

#endif /* REFERENCE_H */
