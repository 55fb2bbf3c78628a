/* Licensed under the Apache License, Version 2.0 (the
 * "License"); you may not use this file except in compliance with the
 * License.  You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/**
 * @file edit.h
 * @brief A new header field, made of an old one by replacing some of its bytes
 *
 * Whoever reads a field goes through it from left to right and tells here what
 * takes the place of what; nothing is copied before the end.
 */

#ifndef REVMAP_EDIT_H
#define REVMAP_EDIT_H

#include "revmap/coded.h"
#include "revmap/evaluate.h"
#include "revmap/outcome.h"

/** More than a field with a few URLs needs. */
#define REVMAP_FEW_PIECES 24

/** One field while it is being mapped. */
typedef struct revmap_edits {
    revmap_slice text; /**< the field value */
    apr_pool_t *pool;
    revmap_outcome *outcome;
    revmap_slice *piece; /**< the new value up to the last edit, in pieces */
    revmap_slice *end;   /**< behind the last one */
    revmap_slice *full;  /**< where there would be no room for another edit */
    apr_size_t len;      /**< of the pieces together */
    const char *rest;    /**< of the text, behind the last edit */
    revmap_coded *coded; /**< where the URL at hand stands, or NULL */
    revmap_slice few[REVMAP_FEW_PIECES];
} revmap_edits;

/**
 * Begin with a field that is left alone.
 * @param edits filled in
 * @param text the field value, which must outlive the edits
 * @param pool owns the new value; nothing is allocated before the first edit
 * @param outcome of the field; its reason is REVMAP_NOTHING now
 * @return zero if the field holds a control byte other than TAB: it must stay
 *         as it is, and its outcome says so
 */
int revmap_edits_begin(revmap_edits *edits, revmap_slice text, apr_pool_t *pool,
                       revmap_outcome *outcome);

/** The same for a field that is one URL, blanks around it aside: one with a
 *  control byte is refused where it is read, so that nobody need look for it
 *  here. */
void revmap_edits_begin_url(revmap_edits *edits, revmap_slice text,
                            apr_pool_t *pool, revmap_outcome *outcome);

/** Note why something stays as it is; the first reason counts, and none does
 *  beside an edit. */
void revmap_edits_note(revmap_edits *edits, revmap_reason reason,
                       const revmap_place *place);

/** @return how long the new value is up to a place in the text */
static inline apr_size_t revmap_edits_len(const revmap_edits *edits,
                                          const char *at)
{
    return edits->len + (apr_size_t)(at - edits->rest);
}

/**
 * Replace some bytes.
 * @param old a slice of the text, behind those that were replaced already;
 *        an empty one inserts
 * @param parts what takes its place; their bytes must outlive the edits
 * @param count how many parts there are, REVMAP_PARTS at most
 * @param place the line that decided, or NULL; the first one counts
 */
void revmap_edits_replace(revmap_edits *edits, revmap_slice old,
                          const revmap_slice *parts, int count,
                          const revmap_place *place);

/**
 * Replace a URL by what revmap_evaluate() makes of it, or note why not.
 * @param exchange prepared by revmap_exchange_prepare()
 * @param use what the URL is for
 * @param url a slice of the text; the blanks around it stay
 * @param taboo the bytes that would end the URL where it stands: a new one
 *        that has brought one of them along is not written
 */
void revmap_edits_url(revmap_edits *edits, const revmap_exchange *exchange,
                      revmap_use use, revmap_slice url, const char *taboo);

/**
 * Replace a URL by what has been decided about it, or note why not.
 * @param url a slice of the text, which was decided about
 * @param taboo see above
 */
void revmap_edits_result(revmap_edits *edits, revmap_slice url,
                         const revmap_result *result, const char *taboo);

/** The same for a URL that stands in the text in an encoding; what is new is
 *  written without it, so @a taboo has to name the bytes that would need it. */
void revmap_edits_coded_url(revmap_edits *edits,
                            const revmap_exchange *exchange, revmap_use use,
                            revmap_coded *url, const char *taboo);

/** Put the new value, if there is one, into the outcome.  It has exactly the
 *  length that is needed and is owned by the pool. */
void revmap_edits_end(revmap_edits *edits);

#endif /* REVMAP_EDIT_H */
