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
 * @file remarks.h
 * @brief What is to be said of the configuration
 */

#ifndef REVMAP_HTTPD_REMARKS_H
#define REVMAP_HTTPD_REMARKS_H

#include "httpd.h"
#include "http_log.h"

/** Forget what was to be said of the last configuration. */
void revmap_begin_remarks(apr_pool_t *pconf);

/**
 * Say what is wrong with the configuration, or odd.  `httpd -t` says it at
 * once; a server warns of it when its log is open.
 * @param level under `httpd -t`
 * @param server whose log it is for; NULL: httpd's own
 * @return what a check of the configuration gives back: an error under
 *         `httpd -t` if the level is that of one, else OK.  A server that is
 *         restarted must not stop for it
 */
int revmap_remark(int level, server_rec *server, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Register what says it when the logs are open. */
void revmap_register_remarks(void);

#endif /* REVMAP_HTTPD_REMARKS_H */
