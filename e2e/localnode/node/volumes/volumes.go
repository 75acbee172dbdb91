// Package volumes gives PersistentVolumeClaims of one storage class a directory of the node, and removes it with the claim:
// what a one-node cluster needs so that StatefulSets run as they do elsewhere.
package volumes

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	core "k8s.io/api/core/v1"
	storage "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	storagelisters "k8s.io/client-go/listers/storage/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"

	"sluice-node/sync"
)

// Provisioner is the name by which storage classes ask for these volumes.
const Provisioner = "sluice.dev/localnode"

// provisionedBy marks the volumes that are ours to remove.
const provisionedBy = "pv.kubernetes.io/provisioned-by"

type provisioner struct {
	client    kubernetes.Interface
	claims    corelisters.PersistentVolumeClaimLister
	volumes   corelisters.PersistentVolumeLister
	classes   storagelisters.StorageClassLister
	directory string
	node      string
}

// Main runs until the process is told to end.
func Main() {
	flags := flag.NewFlagSet("volumes", flag.ExitOnError)
	directory := flags.String("directory", "", "directory in which each volume gets one of its own")
	node := flags.String("node", "", "name of the node that has the directory")
	sync.Run(flags, func(client kubernetes.Interface, factory informers.SharedInformerFactory) sync.Parts {
		claims := factory.Core().V1().PersistentVolumeClaims()
		volumes := factory.Core().V1().PersistentVolumes()
		classes := factory.Storage().V1().StorageClasses()
		p := &provisioner{client: client, claims: claims.Lister(), volumes: volumes.Lister(), classes: classes.Lister(),
			directory: *directory, node: *node}
		return sync.Parts{
			Informers: []cache.SharedIndexInformer{claims.Informer(), volumes.Informer(), classes.Informer()},
			Step:      p.step,
		}
	})
}

func (p *provisioner) step(ctx context.Context) error {
	claims, err := p.claims.List(labels.Everything())
	if err != nil {
		return err
	}
	volumes, err := p.volumes.List(labels.Everything())
	if err != nil {
		return err
	}
	var failures []error
	for _, claim := range claims {
		failures = append(failures, p.provide(ctx, claim))
	}
	for _, volume := range volumes {
		failures = append(failures, p.remove(ctx, volume))
	}
	return errors.Join(failures...)
}

// provide makes a directory and a volume for a claim that waits for one. The claim is bound to it by the claim's own
// controller.
func (p *provisioner) provide(ctx context.Context, claim *core.PersistentVolumeClaim) error {
	if claim.Status.Phase != core.ClaimPending || claim.DeletionTimestamp != nil || claim.Spec.VolumeName != "" ||
		claim.Spec.StorageClassName == nil {
		return nil
	}
	class, err := p.classes.Get(*claim.Spec.StorageClassName)
	if apierrors.IsNotFound(err) || err == nil && class.Provisioner != Provisioner {
		return nil
	}
	if err != nil {
		return err
	}
	name := "pvc-" + string(claim.UID)
	if _, err := p.volumes.Get(name); err == nil {
		return nil
	}
	directory := filepath.Join(p.directory, name)
	if err := os.MkdirAll(directory, 0o755); err != nil {
		return err
	}
	// Open to whatever user the pod runs as, with or without fsGroup. (Chmod, because the umask bounds MkdirAll.)
	if err := os.Chmod(directory, 0o777); err != nil {
		return err
	}
	_, err = p.client.CoreV1().PersistentVolumes().Create(ctx, p.volume(name, directory, claim, class), meta.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("volume for claim %s/%s: %w", claim.Namespace, claim.Name, err)
	}
	klog.InfoS("Made a volume", "claim", klog.KObj(claim), "directory", directory)
	return nil
}

func (p *provisioner) volume(
	name, directory string, claim *core.PersistentVolumeClaim, class *storage.StorageClass) *core.PersistentVolume {
	reclaim := core.PersistentVolumeReclaimDelete
	if class.ReclaimPolicy != nil {
		reclaim = *class.ReclaimPolicy
	}
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: Provisioner}},
		Spec: core.PersistentVolumeSpec{
			Capacity:                      core.ResourceList{core.ResourceStorage: claim.Spec.Resources.Requests[core.ResourceStorage]},
			AccessModes:                   claim.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: reclaim,
			StorageClassName:              class.Name,
			VolumeMode:                    claim.Spec.VolumeMode,
			ClaimRef: &core.ObjectReference{APIVersion: "v1", Kind: "PersistentVolumeClaim",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID},
			PersistentVolumeSource: core.PersistentVolumeSource{Local: &core.LocalVolumeSource{Path: directory}},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{NodeSelectorTerms: []core.NodeSelectorTerm{{
				MatchExpressions: []core.NodeSelectorRequirement{{Key: core.LabelHostname,
					Operator: core.NodeSelectorOpIn, Values: []string{p.node}}},
			}}}},
		},
	}
}

// remove takes back a volume of ours whose claim is gone.
func (p *provisioner) remove(ctx context.Context, volume *core.PersistentVolume) error {
	if volume.Annotations[provisionedBy] != Provisioner || volume.Status.Phase != core.VolumeReleased ||
		volume.Spec.PersistentVolumeReclaimPolicy != core.PersistentVolumeReclaimDelete {
		return nil
	}
	// The name, not the path in the specification, says what is removed: others may write the specification.
	if err := os.RemoveAll(filepath.Join(p.directory, filepath.Base(volume.Name))); err != nil {
		return err
	}
	err := p.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, meta.DeleteOptions{})
	if err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("volume %s: %w", volume.Name, err)
	}
	klog.InfoS("Removed a volume", "volume", volume.Name)
	return nil
}
