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
 * @file expect.h
 * @brief RevMapExpect: what the configuration promises
 */

#ifndef REVMAP_HTTPD_EXPECT_H
#define REVMAP_HTTPD_EXPECT_H

#include "revmap/httpd/module.h"

/** Forget the lines of the last reading of the configuration. */
void revmap_begin_expect(apr_pool_t *pconf);

/** RevMapExpect */
const char *revmap_set_expect(cmd_parms *cmd, void *dir_config, int argc,
                              char *const argv[]);

/**
 * Ask what each line expects, when all of the configuration is known, and log
 * where something else comes out.
 * @return OK, or an error if one does not hold under `httpd -t`
 */
int revmap_check_expect(apr_pool_t *ptemp);

#endif /* REVMAP_HTTPD_EXPECT_H */
