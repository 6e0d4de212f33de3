# Watches the memory of a PostgreSQL server: its postmaster and every process under it, until SIGTERM, then prints
# the peaks in kB: "together private shared". Private is anonymous memory (each page once, as Pss counts it), shared
# the segments of dynamic shared memory that some process has mapped, and what the server keeps for such from its start
# (min_dynamic_shared_memory), used or not; together is the largest sum of one moment. shared_buffers and the rest of
# the main segment are no part of it.
#
#   perl bench/memory.pl PID-OF-THE-POSTMASTER DATA-DIRECTORY KILOBYTES-KEPT
#
# Needs the rights of the server's user, or of root. Prints "unreadable" where it lacks them.
use strict;
use warnings;
use Time::HiRes qw(sleep);

my ($postmaster, $data, $kept) = @ARGV;
my %peak = (together => 0, private => 0, shared => 0);
my $on = 1;
my $read = 0;
$SIG{TERM} = sub { $on = 0 };
$SIG{INT} = 'IGNORE';

sub children
{
	my @found = ($postmaster);
	for my $stat (glob '/proc/[0-9]*/stat')
	{
		open my $in, '<', $stat or next;
		my $line = <$in> // next;
		# the name of the program stands in brackets and may hold anything
		push @found, $1 if $line =~ /^(\d+) .*\) \S (\d+) / && $2 == $postmaster;
	}
	return @found;
}

while ($on)
{
	my $private = 0;
	my %segment;
	for my $pid (children())
	{
		if (open my $in, '<', "/proc/$pid/smaps_rollup")
		{
			while (<$in>) { $private += $1, $read++ if /^Pss_Anon:\s+(\d+) kB/ }
		}
		if (open my $in, '<', "/proc/$pid/maps")
		{
			while (<$in>) { $segment{$1} = 1 if m{\s(/dev/shm/PostgreSQL\.\d+|\Q$data\E/pg_dynshmem/\S+)} }
		}
	}
	my $shared = $kept;
	$shared += ((stat $_)[12] // 0) / 2 for keys %segment;
	my %now = (together => $private + $shared, private => $private, shared => $shared);
	for (keys %now) { $peak{$_} = $now{$_} if $now{$_} > $peak{$_} }
	sleep 0.01;
}
print $read ? join(' ', map { int } @peak{qw(together private shared)}) : 'unreadable', "\n";
