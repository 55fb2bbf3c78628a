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
 * @file cookie_flags.h
 * @brief Secure, HttpOnly, Partitioned and SameSite of a cookie
 */

#ifndef REVMAP_COOKIE_FLAGS_H
#define REVMAP_COOKIE_FLAGS_H

#include "revmap/cookie_line.h"
#include "revmap/edit.h"

/** What is to be done about one flag. */
typedef struct revmap_flag {
    const revmap_cookie_line *line; /**< who says so; NULL: it stays */
    const char *says;               /**< see revmap_cookie_line */
    int is_there;                   /**< the backend has sent it */
    int is_written;                 /**< one of it stands in the new field */
} revmap_flag;

/** The flags of one cookie. */
typedef struct revmap_flags {
    int are_spoken_of; /**< by some line; zero: the others are not set, and
                            nothing is to be done */
    revmap_flag flag[REVMAP_COOKIE_FLAGS];
} revmap_flags;

/**
 * Decide what becomes of the flags of a cookie.  Nothing is done that would
 * make browsers reject it: SameSite=None and Partitioned are not set without
 * Secure, and what they or the beginning of the name need is not removed.
 * @param flags filled in
 * @param wishes what the lines say
 * @param field as the backend sent it
 * @param outcome gets the objection to what is not done
 */
void revmap_flags_decide(revmap_flags *flags,
                         const revmap_cookie_wishes *wishes,
                         const revmap_cookie_field *field,
                         revmap_outcome *outcome);

/** Set or remove a flag if a line speaks of it.  Of one that is there several
 *  times, one is left. */
void revmap_flags_edit(revmap_flags *flags, revmap_edits *edits,
                       const revmap_attribute *attribute);

/** Append what is to be set and has not been there. */
void revmap_flags_append(revmap_flags *flags, revmap_edits *edits);

#endif /* REVMAP_COOKIE_FLAGS_H */
