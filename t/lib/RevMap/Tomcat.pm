# SPDX-License-Identifier: Apache-2.0

package RevMap::Tomcat;

# Tomcat by http and by AJP, with its examples and the application of
# t/real/tomcat: see conf/server.xml there.
#
#   my $daemon = start_tomcat();
#   ... tomcat, "no secret" may log in to the examples ...
#   $daemon->stop;

use strict;
use warnings;

use Exporter qw(import);

use RevMap::Daemon;
use RevMap::Real;
use RevMap::Test;

our @EXPORT = qw(start_tomcat);

use constant {
    HOME     => '/usr/share/tomcat10',
    EXAMPLES => '/usr/share/tomcat10-examples/examples',
};

my $dir;        # as long as the test, which ends Tomcat before

# The file is skipped where it is not installed.
sub start_tomcat {
    my $java = program('java');
    not_installed('tomcat10') if !-f HOME . '/bin/bootstrap.jar';
    not_installed('tomcat10-examples') if !-d EXAMPLES;
    $dir = workplace('tomcat');
    mkdir "$dir/$_" or die "$dir/$_: $!\n" for qw(logs temp work);
    my %property = (
        'catalina.home'   => HOME,
        'catalina.base'   => $dir,
        'java.io.tmpdir'  => "$dir/temp",
        'revmap.http'     => setting('tomcat_port'),
        'revmap.ajp'      => setting('ajp_port'),
        'revmap.examples' => EXAMPLES,
    );
    my @jars = map { HOME . "/bin/$_.jar" } qw(bootstrap tomcat-juli);
    return RevMap::Daemon->start(
        command => [$java, '-XX:TieredStopAtLevel=1',
            (map { "-D$_=$property{$_}" } sort keys %property),
            '-cp', join(':', @jars),
            'org.apache.catalina.startup.Bootstrap', 'start'],
        port => setting('ajp_port'),    # the last one that it opens
        log  => "$dir/logs/output",
    );
}

1;
