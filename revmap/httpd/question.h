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
 * @file question.h
 * @brief What does the client get for a header that the backend sends, by
 *        which line, and why?
 *
 * The evaluator is asked as for a response, but nothing is sent anywhere.
 */

#ifndef REVMAP_HTTPD_QUESTION_H
#define REVMAP_HTTPD_QUESTION_H

#include "revmap/httpd/module.h"

/** What is asked. */
typedef struct revmap_question {
    server_rec *server;   /**< the virtual host */
    request_rec *asker;   /**< the request that asks, by which the server that
                               runs can be asked, too; NULL: there is none */
    revmap_scheme scheme; /**< by which the client asks if the URL does not say
                               so */
    const char *url;      /**< what the client asks for: a URL or its path */
    const char *backend;  /**< what is asked of the backend, or its origin;
                               NULL: what the configuration says */
    const char *header;   /**< the name of a response header */
    const char *value;    /**< its value, from the backend */
} revmap_question;

/** What the client gets. */
typedef struct revmap_answer {
    const char *url;           /**< what the client asks for, as a whole */
    const char *backend;       /**< the URL that the backend is asked for; NULL:
                                    it is not known */
    const char *backend_by;    /**< how that is known, or why not, in words */
    const char *value;         /**< what the client gets;
                                    where RevMapEngine is DryRun, what it
                                    would get */
    int is_changed;            /**< it is not what the backend sent */
    int is_dry_run;            /**< but the client gets it unchanged */
    const char *reason;        /**< why, for programs */
    const char *why;           /**< why, in words */
    const revmap_place *place; /**< the line that decided, or NULL */
    const char *line;          /**< its text, if it is in the configuration */
} revmap_answer;

/**
 * Answer a question.
 * @param pool owns the answer
 * @param question its texts must outlive the answer
 * @param answer filled in
 * @return NULL, or what is wrong with the question and what to write instead
 */
const char *revmap_ask(apr_pool_t *pool, const revmap_question *question,
                       revmap_answer *answer);

#endif /* REVMAP_HTTPD_QUESTION_H */
