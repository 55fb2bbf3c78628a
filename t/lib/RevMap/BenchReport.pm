# SPDX-License-Identifier: Apache-2.0

package RevMap::BenchReport;

# Tables of results, on the terminal and in a Markdown file, and a chart.
#
#   my $report = RevMap::BenchReport->new('a machine with 2 cores');
#   $report->table('Title', ['a', 'b'], [[1, 2], [3, 4]], 'A note.');
#   $report->write('docs/bench');   # results.md and chart.svg
#
# The chart shows the rows of the table whose title begins with "Throughput":
# each one's first cell is the number of rules, the others are ratios.

use strict;
use warnings;

use List::Util qw(max);

use RevMap::BenchSite ();

sub new {
    my ($class, $machine) = @_;
    return bless { tables => [], machine => $machine }, $class;
}

sub table {
    my ($self, $title, $columns, $rows, $note) = @_;
    push @{ $self->{tables} },
        { title => $title, columns => $columns, rows => $rows, note => $note };
    my @all = ($columns, @$rows);
    my @width = map { my $i = $_; max(map { length $_->[$i] } @all) }
        0 .. $#$columns;
    print "\n$title\n\n";
    for my $row (@all) {
        print '  ', join('  ', map { sprintf '%*s', $width[$_], $row->[$_] }
            0 .. $#width), "\n";
    }
    print "\n  $note\n" if $note;
    return;
}

sub write {
    my ($self, $dir) = @_;
    mkdir $dir;
    my $text = "# Figures\n\nBy `make bench`, on $self->{machine}.\n";
    for my $table (@{ $self->{tables} }) {
        $text .= "\n## $table->{title}\n\n";
        $text .= '| ' . join(' | ', @$_) . " |\n" for $table->{columns};
        $text .= '|' . '---:|' x @{ $table->{columns} } . "\n";
        $text .= '| ' . join(' | ', @$_) . " |\n" for @{ $table->{rows} };
        $text .= "\n$table->{note}\n" if $table->{note};
    }
    my ($chart) = grep { $_->{title} =~ /^Throughput/ } @{ $self->{tables} };
    if ($chart) {
        $text .= "\n![Throughput by number of rules](chart.svg)\n";
        RevMap::BenchSite::write_text("$dir/chart.svg", chart($chart));
    }
    RevMap::BenchSite::write_text("$dir/results.md", $text);
    return;
}

# A group of bars for each number of rules.
sub chart {
    my ($table) = @_;
    my @names = @{ $table->{columns} }[1 .. $#{ $table->{columns} }];
    my @colours = ('#888888', '#1f77b4', '#2ca02c', '#9467bd', '#d62728');
    my ($left, $top, $height, $bar) = (50, 30, 220, 22);
    my $group = $bar * (@names + 1);
    my $width = $left + $group * @{ $table->{rows} } + 170;
    my $svg = '<svg xmlns="http://www.w3.org/2000/svg" width="' . $width
        . '" height="' . ($top + $height + 45)
        . "\" font-family=\"sans-serif\" font-size=\"12\">\n"
        . "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        . text($left, 18, 'Requests per second, of 100 % without mapping');
    for my $percent (0, 25, 50, 75, 100) {
        my $y = $top + $height * (1 - $percent / 100);
        $svg .= "<path d=\"M$left ${y}H" . ($width - 165)
            . "\" stroke=\"#dddddd\"/>\n" . text(8, $y + 4, "$percent %");
    }
    for my $g (0 .. $#{ $table->{rows} }) {
        my ($rules, @values) = @{ $table->{rows}[$g] };
        my $x = $left + $group * $g + $bar / 2;
        $svg .= text($x, $top + $height + 18, "$rules rules");
        for my $i (grep { $values[$_] =~ /^([\d.]+)/ } 0 .. $#values) {
            my ($percent) = $values[$i] =~ /^([\d.]+)/;
            my $h = $height * ($percent > 105 ? 105 : $percent) / 100;
            $svg .= sprintf '<rect x="%.0f" y="%.1f" width="%d" height="%.1f"'
                . ' fill="%s"/>' . "\n", $x + $i * $bar,
                $top + $height - $h, $bar - 3, $h, $colours[$i % @colours];
        }
    }
    for my $i (0 .. $#names) {
        my $y = $top + 20 * $i;
        $svg .= sprintf '<rect x="%d" y="%d" width="12" height="12"'
            . ' fill="%s"/>' . "\n", $width - 150, $y, $colours[$i % @colours];
        $svg .= text($width - 132, $y + 11, $names[$i]);
    }
    return "$svg</svg>\n";
}

sub text {
    my ($x, $y, $words) = @_;
    return "<text x=\"$x\" y=\"$y\">$words</text>\n";
}

1;
