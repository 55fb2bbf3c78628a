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
 * @file coded.h
 * @brief Text that stands in a field in an encoding of its own
 *
 * What it says is decoded and evaluated.  Of what has to be changed it is known
 * where it stands, so that the other bytes keep their spelling.
 */

#ifndef REVMAP_CODED_H
#define REVMAP_CODED_H

#include "revmap/slice.h"

typedef struct revmap_coding revmap_coding;

/** A slice of a field, and what it says. */
typedef struct revmap_coded {
    revmap_slice raw;            /**< as it stands in the field */
    revmap_slice text;           /**< what it says, maybe with control bytes */
    const revmap_coding *coding; /**< NULL: both are the same */
    apr_size_t text_found;       /**< the byte that was looked for last */
    apr_size_t raw_found;        /**< where it stands; the way to the next one
                                      begins there */
} revmap_coded;

/**
 * Decode what is between the quotes of a JSON string (RFC 8259 section 7).
 * What is escaped and not ASCII becomes percent-escapes of its UTF-8, as in the
 * URL that a browser makes of it.
 * @param coded filled in; its text is @a raw where nothing is escaped
 * @param raw has no quote that is not escaped
 * @param pool for the decoded text
 * @return zero if an escape is none, or half of a character
 */
int revmap_coded_json(revmap_coded *coded, revmap_slice raw, apr_pool_t *pool);

/** The same for what is between the quotes of a quoted-string (RFC 9110
 *  section 5.6.4). */
int revmap_coded_quoted(revmap_coded *coded, revmap_slice raw,
                        apr_pool_t *pool);

/** The same for a name or a value in a query (URL standard section 5.1):
 *  percent-escapes, and '+' for a blank. */
int revmap_coded_query(revmap_coded *coded, revmap_slice raw, apr_pool_t *pool);

/** @return non-zero if @a part is a slice of the decoded text */
int revmap_coded_holds(const revmap_coded *coded, revmap_slice part);

/** @return as it stands in the field, a slice of the decoded text.  Slices that
 *          are asked for from left to right take one way through the text. */
revmap_slice revmap_coded_raw(revmap_coded *coded, revmap_slice part);

#endif /* REVMAP_CODED_H */
