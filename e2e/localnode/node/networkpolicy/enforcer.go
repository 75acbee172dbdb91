// Package networkpolicy enforces NetworkPolicies on a one-node cluster whose pods sit on a bridge: it compiles all of them to
// one nftables table and replaces that table, in one transaction, whenever a pod, a namespace or a policy changes.
//
// It is a small enforcer for tests and demonstrations, not a network engine: IPv4 only; a connection that is established
// stays when a later policy forbids it; the node's own traffic, and so that of pods on the host's network, is never bounded;
// a pod with CAP_NET_RAW can claim another pod's address.
package networkpolicy

import (
	"context"
	"flag"
	"fmt"
	"os/exec"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"

	"sluice-node/sync"
)

// Main runs until the process is told to end. The table stays then: what was forbidden is not allowed by a restart.
func Main() {
	applied := ""
	sync.Run(flag.NewFlagSet("network-policies", flag.ExitOnError),
		func(_ kubernetes.Interface, factory informers.SharedInformerFactory) sync.Parts {
			pods := factory.Core().V1().Pods()
			namespaces := factory.Core().V1().Namespaces()
			policies := factory.Networking().V1().NetworkPolicies()
			return sync.Parts{
				Informers: []cache.SharedIndexInformer{pods.Informer(), namespaces.Informer(), policies.Informer()},
				Step: func(ctx context.Context) error {
					var cluster Cluster
					var err error
					if cluster.Pods, err = pods.Lister().List(labels.Everything()); err != nil {
						return err
					}
					if cluster.Namespaces, err = namespaces.Lister().List(labels.Everything()); err != nil {
						return err
					}
					if cluster.Policies, err = policies.Lister().List(labels.Everything()); err != nil {
						return err
					}
					table, err := Compile(cluster)
					if err != nil || table == applied {
						return err
					}
					if err := load(ctx, table); err != nil {
						return err
					}
					applied = table
					klog.InfoS("Loaded the rules", "policies", len(cluster.Policies), "chains", strings.Count(table, "chain ")-1)
					return nil
				},
			}
		})
}

func load(ctx context.Context, table string) error {
	command := exec.CommandContext(ctx, "nft", "-f", "-")
	command.Stdin = strings.NewReader(table)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("nft refuses the rules: %w: %s", err, output)
	}
	return nil
}
