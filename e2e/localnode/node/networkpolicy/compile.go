package networkpolicy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Table is the name of the nftables table that holds all rules.
const Table = "sluice_network_policies"

// Cluster is what the rules follow from.
type Cluster struct {
	Pods       []*core.Pod
	Namespaces []*core.Namespace
	Policies   []*networking.NetworkPolicy
}

// Compile gives the nftables commands that replace the table. The same cluster gives the same text, whatever the order in
// which it is listed.
//
// A pod that a policy selects for a direction has a chain for it: packets that a rule allows return from the chain, others
// are dropped at its end. Packets of established connections are not looked at. A packet between two pods passes the
// chain of the one that sends it and the chain of the one that receives it.
func Compile(cluster Cluster) (string, error) {
	c := compiler{namespaces: map[string]labels.Set{}}
	for _, namespace := range cluster.Namespaces {
		c.namespaces[namespace.Name] = namespace.Labels
	}
	for _, pod := range cluster.Pods {
		if address, ok := podAddress(pod); ok {
			c.pods = append(c.pods, member{pod, address})
		}
	}
	slices.SortFunc(c.pods, func(a, b member) int { return a.address.Compare(b.address) })
	policies := slices.SortedFunc(slices.Values(cluster.Policies), func(a, b *networking.NetworkPolicy) int {
		return strings.Compare(a.Namespace+"/"+a.Name, b.Namespace+"/"+b.Name)
	})

	var chains strings.Builder
	jumps := map[networking.PolicyType][]string{}
	for _, pod := range c.pods {
		for _, direction := range []networking.PolicyType{networking.PolicyTypeEgress, networking.PolicyTypeIngress} {
			rules, isolated, err := c.rules(pod, direction, policies)
			if err != nil {
				return "", err
			}
			if !isolated {
				continue
			}
			chain := fmt.Sprintf("%s_%s", strings.ToLower(string(direction)), strings.ReplaceAll(pod.address.String(), ".", "_"))
			jumps[direction] = append(jumps[direction], fmt.Sprintf("%s : jump %s", pod.address, chain))
			fmt.Fprintf(&chains, "  chain %s {\n    comment \"%s/%s\"\n", chain, pod.Namespace, pod.Name)
			// A pod always reaches itself, also by way of a Service.
			fmt.Fprintf(&chains, "    ip saddr %s ip daddr %s return\n", pod.address, pod.address)
			for _, rule := range rules {
				fmt.Fprintf(&chains, "    %s\n", rule)
			}
			chains.WriteString("    drop\n  }\n")
		}
	}

	var table strings.Builder
	// Declared first, so that deleting it works when it is not there yet.
	fmt.Fprintf(&table, "table inet %s {}\ndelete table inet %s\ntable inet %s {\n", Table, Table, Table)
	table.WriteString(chains.String())
	table.WriteString("  chain forward {\n    type filter hook forward priority filter - 10; policy accept;\n")
	table.WriteString("    ct state established,related accept\n")
	for _, direction := range []networking.PolicyType{networking.PolicyTypeEgress, networking.PolicyTypeIngress} {
		if len(jumps[direction]) > 0 {
			fmt.Fprintf(&table, "    ip %s vmap { %s }\n", side(opposite(direction)), strings.Join(jumps[direction], ", "))
		}
	}
	table.WriteString("  }\n}\n")
	return table.String(), nil
}

type member struct {
	*core.Pod
	address netip.Addr
}

type compiler struct {
	namespaces map[string]labels.Set
	pods       []member
}

// podAddress is the address of a pod that is on the pods' network and runs.
func podAddress(pod *core.Pod) (netip.Addr, bool) {
	if pod.Spec.HostNetwork || pod.Status.Phase == core.PodSucceeded || pod.Status.Phase == core.PodFailed {
		return netip.Addr{}, false
	}
	address, err := netip.ParseAddr(pod.Status.PodIP)
	return address, err == nil && address.Is4()
}

// rules gives what is allowed to (or from) a pod, and whether any policy bounds that direction at all.
func (c compiler) rules(pod member, direction networking.PolicyType, policies []*networking.NetworkPolicy) ([]string, bool, error) {
	var rules []string
	isolated := false
	for _, policy := range policies {
		if policy.Namespace != pod.Namespace || !slices.Contains(directions(policy), direction) {
			continue
		}
		selected, err := matches(&policy.Spec.PodSelector, pod.Labels)
		if err != nil {
			return nil, false, fmt.Errorf("NetworkPolicy %s/%s: spec.podSelector: %w", policy.Namespace, policy.Name, err)
		}
		if !selected {
			continue
		}
		isolated = true
		for _, allowed := range allowances(policy, direction) {
			more, err := c.allow(policy.Namespace, pod, direction, allowed)
			if err != nil {
				return nil, false, fmt.Errorf("NetworkPolicy %s/%s: %w", policy.Namespace, policy.Name, err)
			}
			rules = append(rules, more...)
		}
	}
	return rules, isolated, nil
}

// allowance is one rule of a policy, of either direction.
type allowance struct {
	peers []networking.NetworkPolicyPeer
	ports []networking.NetworkPolicyPort
}

func allowances(policy *networking.NetworkPolicy, direction networking.PolicyType) []allowance {
	var all []allowance
	if direction == networking.PolicyTypeIngress {
		for _, rule := range policy.Spec.Ingress {
			all = append(all, allowance{rule.From, rule.Ports})
		}
	} else {
		for _, rule := range policy.Spec.Egress {
			all = append(all, allowance{rule.To, rule.Ports})
		}
	}
	return all
}

// directions are those that a policy bounds; the API server's default is written out here for policies of before it.
func directions(policy *networking.NetworkPolicy) []networking.PolicyType {
	if len(policy.Spec.PolicyTypes) > 0 {
		return policy.Spec.PolicyTypes
	}
	if len(policy.Spec.Egress) > 0 {
		return []networking.PolicyType{networking.PolicyTypeIngress, networking.PolicyTypeEgress}
	}
	return []networking.PolicyType{networking.PolicyTypeIngress}
}

// allow gives the nftables rules of one allowance. Named ports belong to the pod that receives, so towards other pods they
// are looked up at each of them.
func (c compiler) allow(namespace string, pod member, direction networking.PolicyType, allowed allowance) ([]string, error) {
	var rules []string
	add := func(peer string, receivers []member) {
		for _, port := range ports(allowed.ports, receivers) {
			rules = append(rules, strings.Join(strings.Fields(peer+" "+port+" return"), " "))
		}
	}
	self := []member{pod}
	if len(allowed.peers) == 0 {
		if direction == networking.PolicyTypeIngress {
			add("", self)
		} else {
			add("", c.pods)
		}
	}
	for _, peer := range allowed.peers {
		if peer.IPBlock != nil {
			if block, ok := blockMatch(peer.IPBlock, side(direction)); ok {
				add(block, self)
			}
			continue
		}
		members, err := c.selected(namespace, peer)
		if err != nil {
			return nil, err
		}
		if len(members) == 0 {
			continue
		}
		if direction == networking.PolicyTypeIngress {
			add(membersMatch(members, direction), self)
			continue
		}
		if !slices.ContainsFunc(allowed.ports, named) {
			add(membersMatch(members, direction), members)
			continue
		}
		for _, receiver := range members {
			add(membersMatch([]member{receiver}, direction), []member{receiver})
		}
	}
	return rules, nil
}

func (c compiler) selected(namespace string, peer networking.NetworkPolicyPeer) ([]member, error) {
	var members []member
	for _, pod := range c.pods {
		inNamespace := pod.Namespace == namespace
		if peer.NamespaceSelector != nil {
			var err error
			if inNamespace, err = matches(peer.NamespaceSelector, c.namespaces[pod.Namespace]); err != nil {
				return nil, fmt.Errorf("namespaceSelector: %w", err)
			}
		}
		if !inNamespace {
			continue
		}
		selected := true
		if peer.PodSelector != nil {
			var err error
			if selected, err = matches(peer.PodSelector, pod.Labels); err != nil {
				return nil, fmt.Errorf("podSelector: %w", err)
			}
		}
		if selected {
			members = append(members, pod)
		}
	}
	return members, nil
}

func matches(selector *meta.LabelSelector, set labels.Set) (bool, error) {
	compiled, err := meta.LabelSelectorAsSelector(selector)
	return err == nil && compiled.Matches(set), err
}

// side names the field of a packet that holds the peer's address.
func side(direction networking.PolicyType) string {
	if direction == networking.PolicyTypeIngress {
		return "saddr"
	}
	return "daddr"
}

func opposite(direction networking.PolicyType) networking.PolicyType {
	if direction == networking.PolicyTypeIngress {
		return networking.PolicyTypeEgress
	}
	return networking.PolicyTypeIngress
}

func membersMatch(members []member, direction networking.PolicyType) string {
	addresses := make([]string, len(members))
	for i, member := range members {
		addresses[i] = member.address.String()
	}
	return fmt.Sprintf("ip %s { %s }", side(direction), strings.Join(addresses, ", "))
}

// blockMatch gives the match of an address block, and false for one of IPv6, which no packet here has.
func blockMatch(block *networking.IPBlock, side string) (string, bool) {
	prefix, err := netip.ParsePrefix(block.CIDR)
	if err != nil || !prefix.Addr().Is4() {
		return "", false
	}
	match := fmt.Sprintf("ip %s %s", side, prefix.Masked())
	if prefix.Bits() == 0 {
		// nftables has no block of all addresses.
		match = "meta nfproto ipv4"
	}
	for _, except := range block.Except {
		match += fmt.Sprintf(" ip %s != %s", side, except)
	}
	return match, true
}

func named(port networking.NetworkPolicyPort) bool {
	return port.Port != nil && port.Port.Type == intstr.String
}

// ports gives one match for each port; one that matches every packet when no ports are named.
func ports(wanted []networking.NetworkPolicyPort, receivers []member) []string {
	if len(wanted) == 0 {
		return []string{""}
	}
	var matches []string
	for _, port := range wanted {
		protocol := core.ProtocolTCP
		if port.Protocol != nil {
			protocol = *port.Protocol
		}
		keyword := strings.ToLower(string(protocol))
		switch {
		case port.Port == nil:
			matches = append(matches, "meta l4proto "+keyword)
		case named(port):
			for _, number := range numbersOf(port.Port.StrVal, protocol, receivers) {
				matches = append(matches, fmt.Sprintf("%s dport %d", keyword, number))
			}
		case port.EndPort != nil:
			matches = append(matches, fmt.Sprintf("%s dport %d-%d", keyword, port.Port.IntVal, *port.EndPort))
		default:
			matches = append(matches, fmt.Sprintf("%s dport %d", keyword, port.Port.IntVal))
		}
	}
	return matches
}

// numbersOf are the numbers that containers of the pods, sidecars included, give to a port's name.
func numbersOf(name string, protocol core.Protocol, pods []member) []int32 {
	var numbers []int32
	for _, pod := range pods {
		for _, container := range slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers) {
			for _, port := range container.Ports {
				if port.Name == name && (port.Protocol == protocol || port.Protocol == "" && protocol == core.ProtocolTCP) {
					numbers = append(numbers, port.ContainerPort)
				}
			}
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}
