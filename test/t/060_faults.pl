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
my @faults = qw(cancel timeout lock memory kill kill_worker postmaster crash disk_main disk_temp shm);

local $ENV{SCALE} = 'fixture';
local $ENV{FAULTS} = "@faults";
local $ENV{SEED} = $$;
diag("SEED=$$ SCALE=fixture FAULTS=\"@faults\" test/stress.sh " . scalar(@faults));
my @lines = split /\n/, `'$stress' ${\ scalar(@faults)} 2>&1`;
my $status = $? >> 8;

my %skipped = map { /^# skipped: (\w+), (.*)/ ? ($1 => $2) : () } @lines;
foreach my $n (1 .. @faults)
{
	my $fault = $faults[ $n - 1 ];
	my ($line) = grep { /^(?:not )?ok $n - $fault\b/ } @lines;
  SKIP:
	{
		skip("$fault $skipped{$fault}", 1) if $skipped{$fault};
		like($line // 'no line', qr/^ok /, $line // $fault) or diag(join "\n", @lines);
	}
}
foreach my $word (map { /^ok \d+ - cancel.* after ([\d.]+) ms$/ ? $1 : () } @lines)
{
	# a tenth of a second is the aim, and on a busy machine a test is no measurement
	cmp_ok($word, '<', 10000, "cancelled after $word ms");
}
is($status, 0, 'the script says that all went well') or diag(join "\n", @lines);

done_testing();
