# SPDX-License-Identifier: Apache-2.0
#
# After the whole suite: nothing crashed, and the module said nothing above
# info that no test has announced by expect_in_log().

use strict;
use warnings;

use lib 't/lib';
use RevMap::Test;

my $TROUBLE = qr/Segmentation fault | exit\ signal | glibc\ detected
    | Assertion\b.*failed | pool\ concurrency\ check | runtime\ error:
    | AddressSanitizer | UndefinedBehavior
    | \[revmap:(?:notice|warn|error|crit|alert|emerg)\]/x;

sub lines_of {
    my ($path) = @_;
    open my $file, '<', $path or return;
    chomp(my @lines = <$file>);
    return @lines;
}

my $logs     = setting('t_logs');
my @log      = lines_of("$logs/error_log");
my @expected = lines_of("$logs/expected_in_log");

# What is said when the server starts is announced where it is configured:
# "# in the log: PATTERN".
push @expected, map { /^\s*# in the log: (.*)/ } map { lines_of($_) }
    glob 't/conf/vhosts/*.conf';

ok(@log > 0, 'httpd wrote its log');

my @bad;
LINE: for my $line (grep { $_ =~ $TROUBLE } @log) {
    $line =~ $_ and next LINE for @expected;
    push @bad, $line;
}
is(join("\n", @bad), '', 'nothing in error_log that should not be there');

done_testing();
