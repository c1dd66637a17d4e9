// `describe` of every kind.
import type { Group } from './case.ts';

export const describes: Group = {
  name: 'describe',
  cases: [
    { does: 'makes what is looked at', command: 'apply -f web.yaml -f pod.yaml -f rc.yaml -f limits.yaml' },
    { does: 'waits for it', command: 'wait --for=condition=Available deployment/web --timeout=30s' },
    { does: 'makes more', command: 'create secret generic password --from-literal=password=secret' },
    {
      does: 'makes a role',
      command: 'create role reader --verb=get,list --resource=pods,deployments/scale --resource-name=web',
    },
    { does: 'binds it', command: 'create rolebinding reader --role=reader --user=jane --serviceaccount={ns}:robot' },
    { does: 'makes a cluster role', command: 'create clusterrole {ns} --verb=get --non-resource-url=/metrics' },
    { does: 'binds it everywhere', command: 'create clusterrolebinding {ns} --clusterrole={ns} --group=watchers' },
    {
      does: 'makes a budget',
      command: 'create poddisruptionbudget web --selector=app=web --min-available=1',
      since: '1.27',
    },
    { does: 'makes a priority', command: 'create priorityclass {ns} --value=10 --description=first' },
    {
      does: 'a pod',
      command: 'describe pod plain',
      contains: `
        Name: plain
        Namespace: {ns}
        Priority: 0
        Node: {node}/127.0.0.1
        Start Time: {date}
        Labels: app=plain
        tier=front
        Annotations: <none>
        Status: Running
        IP: {ip}
        IPs:
        IP: {ip}
        Containers:
        main:
        Container ID: simulated://{uid}
        Image: berth/hello:1
        Image ID: simulated://berth/hello:1
        State: Running
        Started: {date}
        Ready: True
        Restart Count: 0
        Limits:
        memory: 16Mi
        Requests:
        cpu: {age}
        memory: 8Mi
        Readiness: http-get http://:http/ delay=0s timeout=1s period=10s #success=1 #failure=3
        Environment:
        COLOUR: blue
        Mounts:
        /scratch from scratch (rw)
        /var/run/secrets/kubernetes.io/serviceaccount from kube-api-access-{id} (ro)
        Conditions:
        Type Status
        PodReadyToStartContainers True
        Initialized True
        Ready True
        ContainersReady True
        PodScheduled True
        Volumes:
        scratch:
        Type: EmptyDir (a temporary directory that shares a pod's lifetime)
        Medium:
        SizeLimit: <unset>
        kube-api-access-{id}:
        Type: Projected (a volume that contains injected data from multiple sources)
        TokenExpirationSeconds: 3607
        ConfigMapName: kube-root-ca.crt
        DownwardAPI: true
        QoS Class: Burstable
        Node-Selectors: <none>
        Tolerations: node.kubernetes.io/not-ready:NoExecute op=Exists for 300s
        node.kubernetes.io/unreachable:NoExecute op=Exists for 300s
        Events:
        Type Reason Age From Message
        ---- ------ ---- ---- -------
      `,
    },
    {
      does: 'a deployment',
      command: 'describe deployment web',
      contains: `
        Name: web
        Namespace: {ns}
        CreationTimestamp: {date}
        Labels: app=web
        Annotations: deployment.kubernetes.io/revision: 1
        Selector: app=web
        Replicas: 1 desired | 1 updated | 1 total | 1 available | 0 unavailable
        StrategyType: RollingUpdate
        MinReadySeconds: 0
        RollingUpdateStrategy: 25% max unavailable, 25% max surge
        Pod Template:
        Labels: app=web
        Containers:
        main:
        Image: berth/hello:1
        Port: 8080/TCP
        Host Port: 0/TCP
        Environment: <none>
        Mounts: <none>
        Volumes: <none>
        Conditions:
        Type Status Reason
        ---- ------ ------
        Available True MinimumReplicasAvailable
        Progressing True NewReplicaSetAvailable
        OldReplicaSets: <none>
        NewReplicaSet: web-{hash} (1/1 replicas created)
        Events:
        Type Reason Age From Message
        ---- ------ ---- ---- -------
        Normal ScalingReplicaSet {age} deployment-controller Scaled up replica set web-{hash} from 0 to 1
      `,
    },
    {
      does: 'a replica set',
      command: 'describe replicaset -l app=web',
      contains: `
        Name: web-{hash}
        Namespace: {ns}
        Selector: app=web,pod-template-hash={hash}
        Labels: app=web
        pod-template-hash={hash}
        Annotations: deployment.kubernetes.io/desired-replicas: 1
        deployment.kubernetes.io/max-replicas: 2
        deployment.kubernetes.io/revision: 1
        Controlled By: Deployment/web
        Replicas: 1 current / 1 desired
        Pods Status: 1 Running / 0 Waiting / 0 Succeeded / 0 Failed
        Pod Template:
        Labels: app=web
        pod-template-hash={hash}
        Containers:
        main:
        Image: berth/hello:1
        Port: 8080/TCP
        Host Port: 0/TCP
        Environment: <none>
        Mounts: <none>
        Volumes: <none>
        Events:
        Type Reason Age From Message
        ---- ------ ---- ---- -------
        Normal SuccessfulCreate {age} replicaset-controller Created pod: web-{hash}-{id}
      `,
    },
    {
      does: 'a replication controller',
      command: 'describe replicationcontroller old',
      contains: `
        Name: old
        Namespace: {ns}
        Selector: app=old
        Labels: app=old
        Annotations: <none>
        Replicas: 1 current / 1 desired
        Pods Status: 1 Running / 0 Waiting / 0 Succeeded / 0 Failed
        Pod Template:
        Labels: app=old
        Containers:
        main:
        Image: berth/hello:1
        Port: <none>
        Host Port: <none>
        Environment: <none>
        Mounts: <none>
        Volumes: <none>
        Events:
        Type Reason Age From Message
        ---- ------ ---- ---- -------
        Normal SuccessfulCreate {age} replication-controller Created pod: old-{id}
      `,
    },
    {
      does: 'a service',
      command: 'describe service web',
      contains: `
        Name: web
        Namespace: {ns}
        Labels: app=web
        Annotations: <none>
        Selector: app=web
        Type: ClusterIP
        IP Family Policy: SingleStack
        IP Families: IPv4
        IP: {ip}
        IPs: {ip}
        Port: <unset> 80/TCP
        TargetPort: 8080/TCP
        Endpoints: {ip}:8080
        Session Affinity: None
        Events: <none>
      `,
    },
    {
      does: 'endpoints',
      command: 'describe endpoints web',
      contains: `
        Name: web
        Namespace: {ns}
        Labels: app=web
        Annotations: <none>
        Subsets:
        Addresses: {ip}
        NotReadyAddresses: <none>
        Ports:
        Name Port Protocol
        ---- ---- --------
        <unset> 8080 TCP
        Events: <none>
      `,
    },
    {
      does: 'a slice',
      command: 'describe endpointslice -l app=web',
      since: '1.27',
      contains: `
        Name: web-{id}
        Namespace: {ns}
        Labels: app=web
        endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io
        kubernetes.io/service-name=web
        Annotations: <none>
        AddressType: IPv4
        Ports:
        Name Port Protocol
        ---- ---- --------
        <unset> 8080 TCP
        Endpoints:
        - Addresses: {ip}
        Conditions:
        Ready: true
        Hostname: <unset>
        TargetRef: Pod/web-{hash}-{id}
        NodeName: {node}
        Zone: <unset>
        Events: <none>
      `,
    },
    {
      does: 'a config map',
      command: 'describe configmap web',
      contains: `
        Name: web
        Namespace: {ns}
        Labels: app=web
        Annotations: <none>
        Data
        ====
        colour:
        ----
        blue
        size:
        ----
        small
        Events: <none>
      `,
    },
    {
      does: 'a secret',
      command: 'describe secret password',
      contains: `
        Name: password
        Namespace: {ns}
        Labels: <none>
        Annotations: <none>
        Type: Opaque
        Data
        ====
        password: 6 bytes
      `,
    },
    {
      does: 'a service account',
      command: 'describe serviceaccount default',
      contains: `
        Name: default
        Namespace: {ns}
        Labels: <none>
        Annotations: <none>
        Image pull secrets: <none>
        Events: <none>
      `,
    },
    {
      does: 'limits',
      command: 'describe limitrange limits',
      contains: `
        Name: limits
        Namespace: {ns}
        Type Resource Min Max Default Request Default Limit Max Limit/Request Ratio
        ---- -------- --- --- --------------- ------------- -----------------------
        Container cpu - 2 {age} {age} -
      `,
    },
    {
      does: 'a namespace',
      command: 'describe namespace {ns}',
      contains: `
        Name: {ns}
        Labels: kubernetes.io/metadata.name={ns}
        Annotations: <none>
        Status: Active
        Resource Limits
        Type Resource Min Max Default Request Default Limit Max Limit/Request Ratio
        ---- -------- --- --- --------------- ------------- -----------------------
        Container cpu - 2 {age} {age} -
      `,
    },
    {
      does: 'a node',
      command: 'describe node {node}',
      contains: `
        Name: {node}
        Roles: simulated
        Labels: berth.dev/simulated=true
        kubernetes.io/hostname={node}
        kubernetes.io/os=linux
        Annotations: <none>
        CreationTimestamp: {date}
        Taints: <none>
        Unschedulable: false
        Lease:
        HolderIdentity: {node}
        RenewTime: {date}
        Conditions:
        Type Status LastHeartbeatTime LastTransitionTime Reason Message
        MemoryPressure False {date} {date} KubeletHasSufficientMemory kubelet has sufficient memory available
        DiskPressure False {date} {date} KubeletHasNoDiskPressure kubelet has no disk pressure
        PIDPressure False {date} {date} KubeletHasSufficientPID kubelet has sufficient PID available
        Ready True {date} {date} KubeletReady kubelet is posting ready status
        Addresses:
        InternalIP: 127.0.0.1
        Hostname: {node}
        Capacity:
        pods: 110
        Allocatable:
        pods: 110
        System Info:
        Container Runtime Version: simulated://1.0
        Kubelet Version: v1.32.0
        PodCIDR: {ip}/24
        Non-terminated Pods: ({version} in total)
        Allocated resources:
        Resource Requests Limits
        cpu {any}
        memory {any}
        ephemeral-storage 0 (0%) 0 (0%)
        Events: <none>
      `,
    },
    {
      does: 'a role',
      command: 'describe role reader',
      contains: `
        Name: reader
        Labels: <none>
        Annotations: <none>
        PolicyRule:
        Resources Non-Resource URLs Resource Names Verbs
        --------- ----------------- -------------- -----
        pods [] [web] [get list]
        deployments.apps/scale [] [web] [get list]
      `,
    },
    {
      does: 'a role binding',
      command: 'describe rolebinding reader',
      contains: `
        Name: reader
        Labels: <none>
        Annotations: <none>
        Role:
        Kind: Role
        Name: reader
        Subjects:
        Kind Name Namespace
        ---- ---- ---------
        User jane
        ServiceAccount robot {ns}
      `,
    },
    {
      does: 'a cluster role',
      command: 'describe clusterrole {ns}',
      contains: `
        Name: {ns}
        Labels: <none>
        Annotations: <none>
        PolicyRule:
        Resources Non-Resource URLs Resource Names Verbs
        --------- ----------------- -------------- -----
        [/metrics] [] [get]
      `,
    },
    {
      does: 'a cluster role binding',
      command: 'describe clusterrolebinding {ns}',
      contains: `
        Name: {ns}
        Labels: <none>
        Annotations: <none>
        Role:
        Kind: ClusterRole
        Name: {ns}
        Subjects:
        Kind Name Namespace
        ---- ---- ---------
        Group watchers
      `,
    },
    {
      does: 'a disruption budget',
      command: 'describe pdb web',
      since: '1.27',
      contains: `
        Name: web
        Namespace: {ns}
        Min available: 1
        Selector: app=web
        Status:
        Allowed disruptions: 0
        Current: 1
        Desired: 1
        Total: 1
        Events: <none>
      `,
    },
    {
      does: 'a quota, in the namespace that it bounds',
      command: 'create quota small --hard=configmaps=5',
      prints: 'resourcequota/small created',
      leaves: {
        'describe quota small': `
          Name:       small
          Namespace:  {ns}
          Resource    Used  Hard
          --------    ----  ----
          configmaps  2     5
        `,
      },
    },
    {
      does: 'a priority class',
      command: 'describe priorityclass {ns}',
      contains: `
        Name: {ns}
        Value: 10
        GlobalDefault: false
        Description: first
        Annotations: <none>
        Events: <none>
      `,
    },
    {
      does: 'a lease',
      command: 'describe lease -n kube-node-lease node-1',
      contains: `
        Name: {node}
        Namespace: kube-node-lease
        Labels: <none>
        Annotations: <none>
        API Version: coordination.k8s.io/v1
        Kind: Lease
        Metadata:
        Creation Timestamp: {time}
        Owner References:
        API Version: v1
        Kind: Node
        Name: {node}
        UID: {uid}
        UID: {uid}
        Spec:
        Holder Identity: {node}
        Lease Duration Seconds: 40
        Renew Time: {time}
        Events: <none>
      `,
    },
    {
      does: 'by prefix',
      command: 'describe configmap we',
      contains: `
        Name: web
        Namespace: {ns}
        Labels: app=web
        Annotations: <none>
        Data
        ====
        colour:
        ----
        blue
        size:
        ----
        small
        Events: <none>
      `,
    },
    {
      does: 'what is not there',
      command: 'describe pod nothing',
      complains: 'Error from server (NotFound): pods "nothing" not found',
      code: 1,
    },
  ],
};
