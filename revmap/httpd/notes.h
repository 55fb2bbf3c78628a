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
 * @file notes.h
 * @brief What access logs may say of the fields of a request and its response
 */

#ifndef REVMAP_HTTPD_NOTES_H
#define REVMAP_HTTPD_NOTES_H

#include "httpd.h"

#include "revmap/httpd/report.h"

/** A word of a note, and those that came before it. */
typedef struct revmap_word {
    revmap_slice text;
    struct revmap_word *before;
} revmap_word;

/** A note: words with commas between them, each of them once. */
typedef struct revmap_note {
    revmap_word *last;  /**< NULL: there is none */
    apr_size_t size;    /**< of its text with its end */
    apr_size_t written; /**< how much of it the request has */
    revmap_word first;  /**< part of it, as there are */
    revmap_word second; /**< seldom more */
} revmap_note;

/** The notes that a request may get. */
enum {
    REVMAP_NOTE_HEADERS, /**< "revmap": what was rewritten */
    REVMAP_NOTE_RULES,   /**< "revmap-rule": by which lines */
    REVMAP_NOTE_LEFT,    /**< "revmap-left": what was not, and why */
    REVMAP_NOTES
};

/** The notes of a request. */
typedef struct revmap_noted {
    apr_uint64_t known; /**< the known headers in it, 1 << number for each */
    revmap_note notes[REVMAP_NOTES];
} revmap_noted;

/** Begin with no notes. */
static inline void revmap_noted_init(revmap_noted *noted)
{
    int i;

    noted->known = 0;
    for (i = 0; i < REVMAP_NOTES; i++) {
        noted->notes[i].last = NULL;
        noted->notes[i].size = 0;
        noted->notes[i].written = 0;
    }
}

/** Note that a field of a known header has got a new value. */
void revmap_note_known(request_rec *r, revmap_noted *noted,
                       const revmap_field *field);

/** The same for other headers.
 *  @param title by which its header is told from those of the other direction;
 *         it lives as long as the request */
void revmap_note_unknown(apr_pool_t *pool, revmap_noted *noted,
                         const char *title);

/** Note that a line was in charge of what was rewritten. */
void revmap_note_rule(apr_pool_t *pool, revmap_noted *noted,
                      const revmap_place *rule);

/** Note that a field stays, if somebody may wonder about it. */
void revmap_note_left(apr_pool_t *pool, revmap_noted *noted,
                      const revmap_field *field, const revmap_outcome *outcome);

/** Write what was noted into the notes of the request. */
void revmap_write_notes(request_rec *r, revmap_noted *noted);

#endif /* REVMAP_HTTPD_NOTES_H */
