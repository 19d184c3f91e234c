package io.tidemark.agent.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.agent.backup.GuestIo;
import org.junit.jupiter.api.Test;

class BlockStatisticsTest {
    @Test
    void readsWritesAndFlushesOfAllDevicesAreAdded() {
        String answer = """
                {"return":[
                  {"device":"","qdev":"virtio-disk0","parent":{"stats":{"wr_operations":100}},"stats":{
                    "rd_operations":1,"wr_operations":2,"flush_operations":3,"unmap_operations":50,
                    "rd_total_time_ns":10,"wr_total_time_ns":20,"flush_total_time_ns":30,"idle_time_ns":99}},
                  {"device":"","qdev":"virtio-disk1","stats":{"rd_operations":4,"rd_total_time_ns":40}}]}
                """;

        assertThat(BlockStatistics.guestIo(answer)).isEqualTo(new GuestIo(10, 100));
    }

    @Test
    void withoutADeviceThereIsNothing() {
        assertThat(BlockStatistics.guestIo("{\"return\":[]}")).isEqualTo(GuestIo.NONE);
    }

    @Test
    void whatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> BlockStatistics.guestIo("gone")).hasMessageContaining("query-blockstats");
    }
}
