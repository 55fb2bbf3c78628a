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
    revmap_slice *full;  /**< behind this there is no room for another edit */
    apr_size_t more;     /**< by which the new value is longer; it wraps around
                              if that is shorter */
    const char *rest;    /**< of the text, behind the last edit */
    revmap_coded *coded; /**< where the URL at hand stands, or NULL */
    revmap_slice few[REVMAP_FEW_PIECES];
} revmap_edits;

/**
 * Begin with a field that is one URL, blanks around it aside: one with a
 * control byte is refused where it is read, so that nobody need look for it
 * here.
 * @param edits filled in; the field is left alone so far
 * @param text the field value, which must outlive the edits
 * @param pool owns the new value; nothing is allocated before the first edit
 * @param outcome of the field; its reason is REVMAP_NOTHING now
 */
void revmap_edits_begin_url(revmap_edits *edits, revmap_slice text,
                            apr_pool_t *pool, revmap_outcome *outcome);

/** Look for a control byte other than TAB.
 *  @return non-zero if the field holds one: its outcome says so */
int revmap_edits_refuse_control(revmap_edits *edits);

/** Begin with any other field.
 *  @return zero if the field holds a control byte other than TAB: it must stay
 *          as it is, and its outcome says so */
static inline int revmap_edits_begin(revmap_edits *edits, revmap_slice text,
                                     apr_pool_t *pool, revmap_outcome *outcome)
{
    revmap_edits_begin_url(edits, text, pool, outcome);
    return !revmap_slice_has_control(text)
           || !revmap_edits_refuse_control(edits);
}

/** Note why something stays as it is; the first reason counts, and none does
 *  beside an edit. */
void revmap_edits_note(revmap_edits *edits, revmap_reason reason,
                       const revmap_place *place);

/** @return how long the new value is up to a place in the text, behind which
 *          nothing is edited yet */
static inline apr_size_t revmap_edits_len(const revmap_edits *edits,
                                          const char *at)
{
    return edits->more + (apr_size_t)(at - edits->text.ptr);
}

/**
 * Remove some bytes, or replace them by what is added then.
 * @param old a slice of the text, behind those that were removed already;
 *        an empty one is a place where something is inserted
 * @param place the line that decided, or NULL; the first one counts
 */
void revmap_edits_remove(revmap_edits *edits, revmap_slice old,
                         const revmap_place *place);

/** The same where the text ends: something is appended to it. */
static inline void revmap_edits_append(revmap_edits *edits,
                                       const revmap_place *place)
{
    revmap_edits_remove(edits, revmap_slice_from(edits->text, edits->text.len),
                        place);
}

/** Add a part to what takes the place of the bytes that were removed last:
 *  REVMAP_PARTS at most, whose bytes must outlive the edits. */
static inline void revmap_edits_add(revmap_edits *edits, revmap_slice part)
{
    *edits->end++ = part;
    edits->more += part.len;
}

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
