# Faults in the middle of a refresh, each once, as test/stress.sh does it by the
# hundred: afterwards the published night is intact, nothing is left behind, and
# the next refresh works. That script makes a server of its own, because most of
# the faults would be felt by everybody on this one.
#
#   prove test/t/060_faults.pl
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Spec;
use Test::More;

my $stress = File::Spec->rel2abs(dirname(__FILE__) . '/../stress.sh');
# where there is no room for temporary files nothing happens to a portal so small that none are made
my @rounds = ([ fixture => qw(cancel timeout lock memory kill kill_worker postmaster crash disk_main shm) ], [ 0.001 => 'disk_temp' ]);
my @all;

foreach my $round (@rounds)
{
	my ($scale, @faults) = @$round;
	my $command = "TRIES=10 SEED=$$ SCALE=$scale FAULTS=\"@faults\" '$stress' " . scalar(@faults);
	diag($command);
	my @lines = split /\n/, `$command 2>&1`;
	is($?, 0, "scale $scale: the script says that all went well") or diag(join "\n", @lines);
	my %skipped = map { /^# skipped: (\w+), (.*)/ ? ($1 => $2) : () } @lines;
	foreach my $n (1 .. @faults)
	{
		my $fault = $faults[ $n - 1 ];
		my @tries = grep { /^(?:not )?ok $n - $fault\b/ } @lines;
	  SKIP:
		{
			skip("$fault $skipped{$fault}", 2) if $skipped{$fault};
			is(scalar(grep { !/^ok / } @tries), 0, "$fault: all is well") or diag(join "\n", @lines);
			# without room in /dev/shm plain SQL does it, and that is as well
			ok(scalar(grep { $fault eq 'shm' || !/: published$/ } @tries), "and it struck: " . ($tries[-1] // 'no line')) or diag(join "\n", @lines);
		}
	}
	push @all, @lines;
}
foreach my $word (map { /^ok \d+ - cancel.* after ([\d.]+) ms$/ ? $1 : () } @all)
{
	# a tenth of a second is the aim, and on a busy machine a test is no measurement
	cmp_ok($word, '<', 10000, "cancelled after $word ms");
}
done_testing();
